namespace RegistryCache.Core.Folders;

/// <summary>A key of a folder cache and its record, which has a result.</summary>
/// <param name="Key">The key.</param>
/// <param name="Record">The record.</param>
/// <param name="Best">The result that wins.</param>
internal sealed record FolderEntry(string Key, CacheRecord Record, CacheResult Best);
