using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Restore;

namespace RegistryCache.Core.Folders;

/// <summary>What a folder lacks of what it should hold, as far as its state shows. What is not known to be there is lacking.</summary>
internal sealed class RestoreDifference
{
    private readonly WantedFolder _wanted;
    private readonly IReadOnlyList<StampedEntry> _state;

    // The number in the state.
    private readonly Dictionary<string, int> _there;
    private readonly Dictionary<string, StampedEntry> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _needed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeMetadata?> _touched = new(StringComparer.Ordinal);
    private readonly bool _isKnown;
    private bool _hasOthers;

    /// <summary>Compares.</summary>
    /// <param name="wanted">What the folder should hold.</param>
    /// <param name="state">What it held; <see langword="null"/> if nothing is known.</param>
    /// <param name="same">Which entries of the state are as they were.</param>
    public RestoreDifference(WantedFolder wanted, FolderState? state, bool[] same)
    {
        _wanted = wanted;
        _isKnown = state is not null;
        _state = state?.Entries ?? [];
        _there = new Dictionary<string, int>(same.Length, StringComparer.Ordinal);
        for (var i = 0; i < same.Length; i++)
        {
            if (same[i])
                _there[_state[i].Path] = i;
            if (_state[i].Kind == LayerEntryKind.Directory)
                _directories[_state[i].Path] = _state[i];
        }

        foreach (var (path, (entry, _)) in wanted.Entries)
        {
            var isThere = TryFind(path, out var found) && found.Identity == entry.Identity
                && (entry.Kind == LayerEntryKind.HardLink || found.Stamp.Modified == entry.Modified);
            if (isThere)
                continue;
            if (entry.Kind == LayerEntryKind.Directory)
                Touch(path);
            else
                Need(path);
        }

        // A link is made from its file, and which one that is, only the layer says. So all of them are made again.
        if (_needed.Any(path => wanted.Entries[path].Entry.Kind == LayerEntryKind.HardLink))
            _needed.UnionWith(wanted.Entries.Keys);
        Layers = [.. _needed.Select(path => wanted.Entries[path].Layer).Distinct().Order()];
    }

    /// <summary>The numbers of the layers that are needed.</summary>
    public IReadOnlyList<int> Layers { get; private set; }

    /// <summary>What of the state is true still, without what this restore changes.</summary>
    public IEnumerable<StampedEntry> There => _there.Values.Select(i => _state[i]);

    /// <summary>What has this path, if the state is still true of it.</summary>
    public bool TryFind(string path, out StampedEntry entry)
    {
        var isThere = _there.TryGetValue(path, out var i);
        entry = isThere ? _state[i] : default;
        return isThere;
    }

    /// <summary>Whether the restore changes what has this path.</summary>
    public bool Changes(string path) => _needed.Contains(path) || _touched.ContainsKey(path);

    /// <summary>Looks for what does not belong to the folder, so that it can be removed. A directory that cannot be looked at is treated
    /// as one with something else in it.</summary>
    public void FindOthers(string directory, RestoreOptions options)
    {
        var own = new OwnPlaces(options.OwnDirectories, options.Access);
        using var root = Folder.Open(directory, options.Access);
        using var way = new OpenPath(root);
        var directories = _wanted.Entries.Values.Where(e => e.Entry.Kind == LayerEntryKind.Directory).Select(e => e.Entry.Path);
        foreach (var path in directories.Prepend("").Concat(_wanted.Implied).Where(path => HasOthers(way, path, own)))
        {
            _hasOthers = true;
            if (_wanted.Entries.ContainsKey(path))
                Touch(path);
            else if (path.Length > 0)
                _touched.TryAdd(path, null);
        }

        Layers = [.. _needed.Select(path => _wanted.Entries[path].Layer).Distinct().Order()];
    }

    /// <summary>The part of the layers that is restored.</summary>
    /// <param name="layers">All layers of the folder.</param>
    /// <param name="holds">Whether the folder still is as it was compared.</param>
    public RestoreSelection Select(IReadOnlyList<BlobSource> layers, Func<bool> holds) => new(
        [.. Layers.Select(i => layers[i])],
        (i, path) => _needed.Contains(path) && _wanted.Entries[path] is var wanted && wanted.Layer == Layers[i]
            ? wanted.Entry.Modified
            : null,
        _needed.Count,
        _touched,
        _wanted.Has)
    {
        Holds = holds,
        IsNothing = _isKnown && !_hasOthers && _needed.Count == 0 && _touched.Count == 0,
    };

    private bool HasOthers(OpenPath way, string path, OwnPlaces own)
    {
        try
        {
            return way.Enter(path) is { } folder && folder.Names().Any(name =>
                !StagingNames.IsReserved(name) && !_wanted.Has(LayerPaths.Join(path, name))
                && folder.Find(name) is { } node && !own.IsPlace(folder, node));
        }
        catch (CacheStorageException)
        {
            return true;
        }
    }

    private void Need(string path)
    {
        if (_needed.Add(path))
            Touch(LayerPaths.Split(path).Parent);
    }

    // A directory gets its time again when something in it was changed. What the layer has is known if the state has the same.
    private void Touch(string path)
    {
        for (; path.Length > 0 && !Changes(path); path = LayerPaths.Split(path).Parent)
        {
            if (!_wanted.Entries.TryGetValue(path, out var wanted) || wanted.Entry.Kind != LayerEntryKind.Directory)
                continue;
            if (_directories.TryGetValue(path, out var known) && known.Identity == wanted.Entry.Identity)
                _touched[path] = new NodeMetadata { Mode = known.Mode, Modified = wanted.Entry.Modified };
            else
                _needed.Add(path);
        }
    }
}
