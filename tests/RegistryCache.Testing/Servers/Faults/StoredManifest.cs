namespace RegistryCache.Testing.Servers.Faults;

public sealed record StoredManifest(byte[] Bytes, string MediaType);
