using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>One layer of a saved folder, and how much of it is part of the folder as it is now.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Indexed">What the index says about it.</param>
/// <param name="Entries">Its entries.</param>
internal sealed record FolderPart(CacheLayer Layer, IndexedLayer Indexed, ArraySegment<IndexedEntry> Entries)
{
    /// <summary>About how much of a tar is still part of the folder.</summary>
    public long LiveWeight { get; set; }

    /// <summary>Whether it has a hard link that is not part of the folder any more. Its file must stay below it.</summary>
    public bool HasDeadLink { get; set; }

    /// <summary>The part of the layer that is of no use.</summary>
    public double VainShare => 1 - Math.Min(1, LiveWeight / Math.Max(1.0, Indexed.Bytes - (2 * TarFormat.BlockSize)));

    /// <summary>The same in compressed bytes.</summary>
    public double VainBytes => Layer.Descriptor.Size * VainShare;
}
