using RegistryCache.Core.Entries;
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

    public bool IsEmpty => Known is null && Nodes.Count == 0 && Gone.Count == 0;

    /// <summary>The entries for an index, with the times that are saved already. All nodes must have been read.</summary>
    public IEnumerable<IndexedEntry> ToIndexed(IReadOnlyDictionary<string, FileTime> times) =>
        KnownEntries ?? Nodes.Select(n => n.ToIndexed(times.TryGetValue(n.Entry.Path, out var time) ? time : null));
}
