using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Session;

/// <summary>A key of a folder cache and its record, which has a result.</summary>
internal sealed record FolderEntry(string Key, CacheRecord Record)
{
    public CacheResult Newest { get; } = Record.NewestResult!;
}
