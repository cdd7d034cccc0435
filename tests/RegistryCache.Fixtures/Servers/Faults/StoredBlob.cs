namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>A blob in a repository; without bytes if the registry forgets content.</summary>
public sealed record StoredBlob(byte[]? Bytes, long Length);
