namespace RegistryCache;

/// <summary>A key that a folder was saved under.</summary>
/// <param name="Key">The key.</param>
/// <param name="CreatedAt">When it was saved.</param>
/// <param name="Size">The size in bytes of its compressed layers.</param>
public sealed record FolderKey(string Key, CacheTime CreatedAt, long Size);
