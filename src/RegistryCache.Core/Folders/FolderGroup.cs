using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>An index, and the layers above it that it describes.</summary>
internal sealed record FolderGroup(CacheLayer IndexLayer, EntryIndex Index, IReadOnlyList<CacheLayer> Layers)
{
    public IEnumerable<CacheLayer> All => Layers.Prepend(IndexLayer);

    /// <summary>Each layer with what the index says about it.</summary>
    public IEnumerable<FolderPart> Parts()
    {
        var start = 0;
        for (var i = 0; i < Layers.Count; i++)
        {
            var count = Index.Layers[i].Count;
            yield return new FolderPart(Layers[i], Index.Layers[i], new ArraySegment<IndexedEntry>(Index.Entries, start, count));
            start += count;
        }
    }
}
