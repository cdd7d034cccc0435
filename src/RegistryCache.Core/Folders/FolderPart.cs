using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>One layer of a saved folder, and how much of it is part of the folder as it is now.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Indexed">What the index says about it.</param>
/// <param name="Entries">Its entries.</param>
internal sealed record FolderPart(CacheLayer Layer, IndexedLayer Indexed, ArraySegment<IndexedEntry> Entries)
{
    private readonly bool[] _live = new bool[Entries.Count];
    private long _liveWeight;

    /// <summary>The entries that are how the folder is now, and all directories.</summary>
    public IEnumerable<IndexedEntry> Kept => Entries.Where((e, i) => e.Kind == LayerEntryKind.Directory || _live[i]);

    /// <summary>Whether it has a hard link that is not part of the folder any more. Its file must stay below it.</summary>
    public bool HasDeadLink => Entries.Where((e, i) => e.Kind == LayerEntryKind.HardLink && !_live[i]).Any();

    /// <summary>The part of the layer that is of no use.</summary>
    public double VainShare => 1 - Math.Min(1, _liveWeight / Math.Max(1.0, Indexed.Bytes - (2 * TarFormat.BlockSize)));

    /// <summary>The same in compressed bytes.</summary>
    public double VainBytes => Layer.Descriptor.Size * VainShare;

    /// <summary>Whether an entry is how the folder is now.</summary>
    public bool IsLive(int entry) => _live[entry];

    /// <summary>Notes that an entry is how the folder is now.</summary>
    /// <param name="entry">Where it is.</param>
    /// <param name="weight">About what it takes in a tar.</param>
    public void MarkLive(int entry, long weight)
    {
        _live[entry] = true;
        _liveWeight += weight;
    }
}
