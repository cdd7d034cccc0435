using RegistryCache.Core.Entries;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>What a saved folder holds in the end, and which layer has each entry. The base is read from its index each time, because most of
/// its entries are only compared; the changes since are in memory.</summary>
internal sealed class WantedFolder
{
    private readonly EntryIndex? _base;

    // By path. An entry is null if the path is gone.
    private readonly (EntryPath Path, IndexedEntry? Entry, int Layer)[] _changes;
    private readonly Dictionary<EntryPath, (IndexedEntry Entry, int Layer)> _directories = [];
    private readonly HashSet<EntryPath> _implied = [];
    private HashSet<EntryPath>? _all;

    private WantedFolder(IReadOnlyList<FolderGroup> groups)
    {
        var changes = new Dictionary<EntryPath, (EntryPath Path, IndexedEntry? Entry, int Layer)>();
        var layer = 0;
        foreach (var index in groups.Select(g => g.Index))
        {
            if (layer == 0 && index.IsSorted)
            {
                _base = index;
            }
            else
            {
                foreach (var path in index.Gone)
                    changes[path] = (path, null, 0);
                foreach (var (entry, number) in Numbered(index, layer))
                {
                    var path = entry.Path.Keep();
                    changes[path] = (path, entry with { Path = path }, number);
                }
            }

            layer += 1 + index.Layers.Count;
        }

        _changes = [.. changes.Values];
        Array.Sort(_changes, (a, b) => a.Path.CompareTo(b.Path));
    }

    public int Count { get; private set; }

    /// <summary>The length of all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>The entries, in the order of <see cref="EntryPath.CompareTo"/>, each with the number of its layer. The path of each holds
    /// until the next one is asked for.</summary>
    public IEnumerable<(IndexedEntry Entry, int Layer)> Entries
    {
        get
        {
            var next = 0;
            foreach (var below in _base is null ? [] : Numbered(_base, 0))
            {
                var order = 1;
                for (; next < _changes.Length && (order = _changes[next].Path.CompareTo(below.Entry.Path)) < 0; next++)
                {
                    if (_changes[next] is (_, { } entry, var layer))
                        yield return (entry, layer);
                }

                if (next == _changes.Length || order != 0)
                    yield return below;
            }

            for (; next < _changes.Length; next++)
            {
                if (_changes[next] is (_, { } entry, var layer))
                    yield return (entry, layer);
            }
        }
    }

    /// <summary>Directories, each with the number of its layer.</summary>
    public IReadOnlyDictionary<EntryPath, (IndexedEntry Entry, int Layer)> Directories => _directories;

    /// <summary>Directories that lead to an entry and have none of their own.</summary>
    public IReadOnlyCollection<EntryPath> Implied => _implied;

    /// <summary>Adds up what the indexes say; <see langword="null"/> if they name a path that no folder can have, or more than a restore
    /// accepts.</summary>
    /// <param name="saved">The folder.</param>
    /// <param name="limits">What a restore accepts.</param>
    public static WantedFolder? Of(SavedFolder saved, RestoreLimits limits)
    {
        var wanted = new WantedFolder(saved.Groups);
        return wanted.IsPossible(limits) ? wanted : null;
    }

    /// <summary>Whether two paths are one to a file system that ignores case.</summary>
    public bool HasCaseCollisions()
    {
        var cases = new CaseCollisions();
        return Entries.Any(e => cases.Find(e.Entry.Path.ToString()) is not null);
    }

    /// <summary>Whether a path is one of the folder, or leads to one.</summary>
    public bool Has(EntryPath path)
    {
        _all ??= [.. Entries.Select(e => e.Entry.Path.Keep()), .. _implied];
        return _all.Contains(path);
    }

    private static IEnumerable<(IndexedEntry Entry, int Layer)> Numbered(EntryIndex index, int layer)
    {
        var left = 0;
        using var layers = index.Layers.GetEnumerator();
        foreach (var entry in index.Read())
        {
            for (; left == 0; layer++)
                left = layers.MoveNext() ? layers.Current.Count : int.MaxValue;
            left--;
            yield return (entry, layer);
        }
    }

    private bool IsPossible(RestoreLimits limits)
    {
        EntryPath lastParent = default;
        foreach (var (entry, layer) in Entries)
        {
            var path = entry.Path;
            if (entry.Size > limits.MaxFileBytes || entry.Size > limits.MaxTotalBytes - Bytes
                || !LayerPaths.IsNormal(path.Span, limits) || StagingNames.IsReserved(path.Span))
                return false;
            Bytes += entry.Size;
            Count++;
            if (entry.Kind == LayerEntryKind.Directory)
            {
                path = path.Keep();
                _directories[path] = (entry with { Path = path }, layer);
            }

            if (path.Parent.SequenceEqual(lastParent.Span))
                continue;
            lastParent = path.Directory.Keep();
            for (var parent = lastParent; !parent.IsEmpty && !_directories.ContainsKey(parent) && _implied.Add(parent);)
                parent = parent.Directory;
        }

        return true;
    }
}
