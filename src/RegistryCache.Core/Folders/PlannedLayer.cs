using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>A layer that is to be written, or that is there already.</summary>
/// <param name="Nodes">What it holds.</param>
/// <param name="Gone">What it says is gone.</param>
internal sealed record PlannedLayer(IReadOnlyList<ScannedNode> Nodes, IReadOnlyList<string> Gone)
{
    /// <summary>The layer, if it is there.</summary>
    public (CacheLayer Layer, IndexedLayer Indexed)? Known { get; init; }

    /// <summary>The entries of one that is there, if they are not all part of the folder.</summary>
    public IReadOnlyList<IndexedEntry>? KnownEntries { get; init; }

    /// <summary>How many entries an index has for it.</summary>
    public int Count => KnownEntries?.Count ?? Nodes.Count;

    public bool IsEmpty => Known is null && Nodes.Count == 0 && Gone.Count == 0;

    /// <summary>The entries for an index, with the times that are saved already. All nodes must have been read.</summary>
    public IEnumerable<IndexedEntry> ToIndexed(FolderDifference? saved) =>
        KnownEntries ?? Nodes.Select(n => n.ToIndexed(saved?.TimeOf(n)));
}
