namespace RegistryCache.Core.Folders;

/// <summary>A key of a folder cache, its record, and the result that wins.</summary>
internal sealed record FolderEntry(string Key, CacheRecord Record, CacheResult Best);
