using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>What a folder lacks of what it should hold, as far as its state shows. What is not known to be there is lacking.</summary>
internal sealed class RestoreDifference
{
    private readonly FolderState? _state;
    private readonly bool[] _same;
    private readonly Dictionary<EntryPath, (int Layer, FileTime Modified)> _needed = [];
    private readonly Dictionary<EntryPath, NodeMetadata?> _touched = [];

    // The directories of the state that have a wanted one's identity, with their permissions.
    private readonly Dictionary<EntryPath, UnixFileMode> _known = [];
    private bool _hasOthers;

    /// <summary>Compares.</summary>
    /// <param name="wanted">What the folder should hold.</param>
    /// <param name="state">What it held; <see langword="null"/> if nothing is known.</param>
    /// <param name="same">Which entries of the state are as they were.</param>
    public RestoreDifference(WantedFolder wanted, FolderState? state, bool[] same)
    {
        Wanted = wanted;
        _state = state;
        _same = same;
        foreach (var (place, there, isSame) in Joined())
        {
            if (place is not ({ } entry, var layer))
                continue;
            var isAlike = there?.Identity == entry.Identity;
            if (isAlike && entry.Kind == LayerEntryKind.Directory)
                _known[entry.Path.Keep()] = there!.Value.Mode;
            if (isAlike && isSame && (entry.Kind == LayerEntryKind.HardLink || there!.Value.Stamp.Modified == entry.Modified))
                continue;
            if (entry.Kind == LayerEntryKind.Directory)
                Touch(entry.Path.Keep());
            else
                Need(entry, layer);
            MakesLinks |= entry.Kind == LayerEntryKind.HardLink;
        }

        // A link is made from its file, and which one that is, only the layer says. So all of them are made again.
        foreach (var (entry, layer) in MakesLinks ? wanted.Entries : [])
            _needed[entry.Path.Keep()] = (layer, entry.Modified);
        Layers = LayersOfNeeded();
    }

    public WantedFolder Wanted { get; }

    /// <summary>Whether hard links are made.</summary>
    public bool MakesLinks { get; }

    /// <summary>The numbers of the layers that are needed.</summary>
    public IReadOnlyList<int> Layers { get; private set; }

    /// <summary>What is wanted, what of the state is true still, or both of one path. The path of each holds until the next one is asked
    /// for.</summary>
    public IEnumerable<(IndexedEntry? Wanted, StampedEntry? There)> Entries =>
        Joined().Select(e => (e.Wanted?.Entry, e.IsSame ? e.Stated : null));

    /// <summary>Whether the restore changes what has this path.</summary>
    public bool Changes(EntryPath path) => _needed.ContainsKey(path) || _touched.ContainsKey(path);

    /// <summary>Looks for what does not belong to the folder, so that it can be removed. A directory that cannot be looked at is treated
    /// as one with something else in it.</summary>
    public void FindOthers(string directory, RestoreOptions options)
    {
        var own = new OwnPlaces(options.OwnDirectories, options.Access);
        using var root = Folder.Open(directory, options.Access);
        using var way = new OpenPath(root);
        var directories = Wanted.Directories.Keys.Prepend(default).Concat(Wanted.Implied);
        foreach (var path in directories.Where(path => HasOthers(way, path.ToString(), own)))
        {
            _hasOthers = true;
            if (Wanted.Directories.ContainsKey(path))
                Touch(path);
            else if (!path.IsEmpty)
                _touched.TryAdd(path, null);
        }

        Layers = LayersOfNeeded();
    }

    /// <summary>The part of the layers that is restored.</summary>
    /// <param name="layers">All layers of the folder.</param>
    /// <param name="holds">Whether the folder still is as it was compared.</param>
    public RestoreSelection Select(IReadOnlyList<BlobSource> layers, Func<bool> holds) => new(
        [.. Layers.Select(i => layers[i])],
        (i, path) => _needed.TryGetValue(path, out var needed) && needed.Layer == Layers[i] ? needed.Modified : null,
        _needed.Count,
        _touched.ToDictionary(t => t.Key.ToString(), t => t.Value, StringComparer.Ordinal),
        path => Wanted.Has(path))
    {
        Holds = holds,
        IsNothing = _state is not null && !_hasOthers && _needed.Count == 0 && _touched.Count == 0,
    };

    // Both are in the same order. An entry of the state that is not in its order is only not found.
    private IEnumerable<((IndexedEntry Entry, int Layer)? Wanted, StampedEntry? Stated, bool IsSame)> Joined()
    {
        using var stated = (_state?.Entries ?? []).GetEnumerator();
        var hasStated = stated.MoveNext();
        foreach (var wanted in Wanted.Entries)
        {
            var order = 1;
            for (; hasStated && (order = stated.Current.Entry.Path.CompareTo(wanted.Entry.Path)) < 0; hasStated = stated.MoveNext())
                yield return (null, stated.Current.Entry, _same[stated.Current.Number]);
            if (hasStated && order == 0)
            {
                yield return (wanted, stated.Current.Entry, _same[stated.Current.Number]);
                hasStated = stated.MoveNext();
            }
            else
            {
                yield return (wanted, null, false);
            }
        }

        for (; hasStated; hasStated = stated.MoveNext())
            yield return (null, stated.Current.Entry, _same[stated.Current.Number]);
    }

    private bool HasOthers(OpenPath way, string path, OwnPlaces own)
    {
        try
        {
            return way.Enter(path) is { } folder && folder.Names().Any(name =>
                !StagingNames.IsReserved(name) && !Wanted.Has(LayerPaths.Join(path, name))
                && folder.Find(name) is { } node && !own.IsPlace(folder, node));
        }
        catch (CacheStorageException)
        {
            return true;
        }
    }

    private List<int> LayersOfNeeded() => [.. _needed.Values.Select(n => n.Layer).Distinct().Order()];

    private void Need(IndexedEntry entry, int layer)
    {
        var path = entry.Path.Keep();
        if (_needed.TryAdd(path, (layer, entry.Modified)))
            Touch(path.Directory);
    }

    // A directory gets its time again when something in it was changed. What the layer has is known if the state has the same.
    private void Touch(EntryPath path)
    {
        for (; !path.IsEmpty && !Changes(path); path = path.Directory)
        {
            if (!Wanted.Directories.TryGetValue(path, out var wanted))
                continue;
            if (_known.TryGetValue(path, out var mode))
                _touched[path] = new NodeMetadata { Mode = mode, Modified = wanted.Entry.Modified };
            else
                _needed[path] = (wanted.Layer, wanted.Entry.Modified);
        }
    }
}
