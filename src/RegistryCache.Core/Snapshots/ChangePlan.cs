using RegistryCache.Core.Content;
using RegistryCache.Core.ContentDigests;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Snapshots;

/// <summary>What a layer needs to turn one state into another: the names to write, the directories above them, and for each directory what
/// was deleted. A name that is now of another kind is only written: applying the layer replaces the old one.</summary>
internal sealed class ChangePlan
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LayerEntry>> _deletions = new(StringComparer.Ordinal);

    public ChangePlan(DirectoryState before, IReadOnlyList<HashedNode> now, bool withDeletions)
    {
        foreach (var node in now.Where(node => !before.IsUnchanged(node)))
            Write(node.Path);
        if (!withDeletions)
            return;
        var present = now.ToDictionary(node => node.Path, StringComparer.Ordinal);

        bool WasAndIsDirectory(string path) => path.Length == 0
            || (IsDirectory(before.Nodes, path) && IsDirectory(present, path));

        // One opaque marker means the same as many whiteouts, unless the directory has content that the patterns exclude.
        var isFiltered = before.Options.Include.Count + before.Options.Exclude.Count > 0;
        var gone = before.Nodes.Keys
            .Where(path => !present.ContainsKey(path) && WasAndIsDirectory(LayerPaths.Split(path).Parent))
            .GroupBy(path => LayerPaths.Split(path).Parent);
        var survivors = before.Nodes.Keys
            .Where(present.ContainsKey)
            .Select(path => LayerPaths.Split(path).Parent)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var names in gone)
            Delete(names.Key, [.. names], isEmptied: !survivors.Contains(names.Key) && !isFiltered);
    }

    public int WrittenCount => _written.Count;

    public bool IsWritten(string path) => _written.Contains(path);

    public IReadOnlyList<LayerEntry> DeletionsIn(string directory) => _deletions.TryGetValue(directory, out var entries) ? entries : [];

    private static bool IsDirectory(Dictionary<string, HashedNode> nodes, string path) =>
        nodes.TryGetValue(path, out var node) && node.Node.Kind == FileKind.Directory;

    private void Delete(string directory, List<string> names, bool isEmptied)
    {
        names.Sort(Utf8ByteOrder.Instance);
        if (directory.Length > 0)
            Write(directory);

        _deletions[directory] = isEmptied && names.Count > 1 && directory.Length > 0
            ? [new LayerEntry { Path = directory, Kind = LayerEntryKind.OpaqueDirectory }]
            : names.ConvertAll(name => new LayerEntry { Path = name, Kind = LayerEntryKind.Whiteout });
    }

    private void Write(string path)
    {
        while (path.Length > 0 && _written.Add(path))
            path = LayerPaths.Split(path).Parent;
    }
}
