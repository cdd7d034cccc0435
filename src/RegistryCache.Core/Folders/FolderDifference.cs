using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>A folder compared with the lower groups of a saved one.</summary>
internal sealed class FolderDifference
{
    private readonly Dictionary<string, FileTime> _times = new(StringComparer.Ordinal);
    private readonly HashSet<IndexedEntry> _live = new(ReferenceEqualityComparer.Instance);

    /// <summary>Compares.</summary>
    /// <param name="nodes">The folder as it is, read.</param>
    /// <param name="byPath">The same by path.</param>
    /// <param name="below">The groups, the lowest first.</param>
    public FolderDifference(
        IReadOnlyList<ScannedNode> nodes, IReadOnlyDictionary<string, ScannedNode> byPath, IReadOnlyList<FolderGroup> below)
    {
        Below = below;
        Parts = [.. below.SelectMany(g => g.Parts())];
        var state = ReadState();
        Changed = [.. nodes.Where(node => !IsThere(node, state))];
        Weight = Changed.Sum(n => n.Weight);
        var gone = state.Keys.Where(path => !byPath.ContainsKey(path)).ToList();
        gone.Sort(Utf8ByteOrder.Instance);
        Gone = gone;
        foreach (var part in Parts)
            part.HasDeadLink = part.Entries.Any(e => e.Kind == LayerEntryKind.HardLink && !_live.Contains(e));
    }

    /// <summary>The groups that it was compared with, the lowest first.</summary>
    public IReadOnlyList<FolderGroup> Below { get; }

    /// <summary>All layers of the groups but the indexes.</summary>
    public IReadOnlyList<FolderPart> Parts { get; }

    /// <summary>What is new or different, in order.</summary>
    public ScannedNode[] Changed { get; }

    /// <summary>What is gone, in order.</summary>
    public IReadOnlyList<string> Gone { get; }

    /// <summary>The times that are saved already of what is not different.</summary>
    public IReadOnlyDictionary<string, FileTime> Times => _times;

    /// <summary>The length of a tar of what changed.</summary>
    public long Weight { get; }

    public bool IsNone => Changed.Length == 0 && Gone.Count == 0;

    /// <summary>Whether an entry of a part is how the folder is now.</summary>
    public bool IsLive(IndexedEntry entry) => _live.Contains(entry);

    private Dictionary<string, (IndexedEntry Entry, int Part)> ReadState()
    {
        var state = new Dictionary<string, (IndexedEntry Entry, int Part)>(StringComparer.Ordinal);
        var part = 0;
        foreach (var group in Below)
        {
            foreach (var path in group.Index.Gone)
                state.Remove(path);
            for (var end = part + group.Layers.Count; part < end; part++)
            {
                foreach (var entry in Parts[part].Entries)
                    state[entry.Path] = (entry, part);
            }
        }

        return state;
    }

    private bool IsThere(ScannedNode node, Dictionary<string, (IndexedEntry Entry, int Part)> state)
    {
        if (!state.TryGetValue(node.Entry.Path, out var known) || known.Entry.Identity != node.Identity)
            return false;

        // The file of a hard link must be below it.
        if (node.First is { } first && (!state.TryGetValue(first.Entry.Path, out var file)
            || file.Entry.Identity != first.Identity || file.Part > known.Part))
            return false;
        _live.Add(known.Entry);
        _times[node.Entry.Path] = known.Entry.Modified;
        Parts[known.Part].LiveWeight += node.Weight;
        return true;
    }
}
