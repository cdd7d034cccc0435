namespace RegistryCache.Fixtures.Servers.Faults;

public sealed record StoredManifest(byte[] Bytes, string MediaType);
