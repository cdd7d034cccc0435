using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Snapshots;

namespace RegistryCache.Core.Folders;

/// <summary>A folder compared with the lower groups of a saved one.</summary>
internal sealed class FolderDifference
{
    // The last entry of each path: the number of its part, and where it is in it.
    private readonly Dictionary<string, (int Part, int Entry)> _state;

    /// <summary>Compares.</summary>
    /// <param name="nodes">The folder as it is, read.</param>
    /// <param name="byPath">The same by path.</param>
    /// <param name="below">The groups, the lowest first.</param>
    public FolderDifference(
        IReadOnlyList<ScannedNode> nodes, IReadOnlyDictionary<string, ScannedNode> byPath, IReadOnlyList<FolderGroup> below)
    {
        Below = below;
        Parts = [.. below.SelectMany(g => g.Parts())];
        _state = ReadState();
        Changed = [.. nodes.Where(node => !IsThere(node))];
        Weight = Changed.Sum(n => n.Weight);
        var gone = _state.Keys.Where(path => !byPath.ContainsKey(path)).ToList();
        gone.Sort(Utf8ByteOrder.Instance);
        Gone = gone;
    }

    /// <summary>The groups that it was compared with, the lowest first.</summary>
    public IReadOnlyList<FolderGroup> Below { get; }

    /// <summary>All layers of the groups but the indexes.</summary>
    public IReadOnlyList<FolderPart> Parts { get; }

    /// <summary>What is new or different, in order.</summary>
    public ScannedNode[] Changed { get; }

    /// <summary>What is gone, in order.</summary>
    public IReadOnlyList<string> Gone { get; }

    /// <summary>The length of a tar of what changed.</summary>
    public long Weight { get; }

    public bool IsNone => Changed.Length == 0 && Gone.Count == 0;

    /// <summary>The time that is saved already of what is not different.</summary>
    public FileTime? TimeOf(ScannedNode node) =>
        _state.TryGetValue(node.Entry.Path, out var known) && Parts[known.Part].IsLive(known.Entry)
            ? Parts[known.Part].Entries[known.Entry].Modified
            : null;

    private Dictionary<string, (int Part, int Entry)> ReadState()
    {
        var state = new Dictionary<string, (int Part, int Entry)>(Parts.Sum(p => p.Entries.Count), StringComparer.Ordinal);
        var part = 0;
        foreach (var group in Below)
        {
            foreach (var path in group.Index.Gone)
                state.Remove(path);
            for (var end = part + group.Layers.Count; part < end; part++)
            {
                for (var i = 0; i < Parts[part].Entries.Count; i++)
                    state[Parts[part].Entries[i].Path.ToString()] = (part, i);
            }
        }

        return state;
    }

    private bool IsThere(ScannedNode node)
    {
        if (!_state.TryGetValue(node.Entry.Path, out var known)
            || Parts[known.Part].Entries[known.Entry].Identity != node.Identity)
            return false;

        // The file of a hard link must be below it.
        if (node.First is { } first && (!_state.TryGetValue(first.Entry.Path, out var file)
            || Parts[file.Part].Entries[file.Entry].Identity != first.Identity || file.Part > known.Part))
            return false;
        Parts[known.Part].MarkLive(known.Entry, node.Weight);
        return true;
    }
}
