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
    private readonly IReadOnlyList<StampedEntry> _state;
    private readonly bool[] _same;

    // For each wanted entry its number in the state; -1 if it is not known to be there.
    private readonly List<int> _there;
    private readonly Dictionary<EntryPath, (int Layer, FileTime Modified)> _needed = [];
    private readonly Dictionary<EntryPath, NodeMetadata?> _touched = [];
    private readonly bool _isKnown;
    private Dictionary<EntryPath, int>? _byPath;
    private Dictionary<EntryPath, StampedEntry>? _directories;
    private bool _hasOthers;

    /// <summary>Compares.</summary>
    /// <param name="wanted">What the folder should hold.</param>
    /// <param name="state">What it held; <see langword="null"/> if nothing is known.</param>
    /// <param name="same">Which entries of the state are as they were.</param>
    public RestoreDifference(WantedFolder wanted, FolderState? state, bool[] same)
    {
        Wanted = wanted;
        _isKnown = state is not null;
        _state = state?.Entries ?? [];
        _same = same;
        _there = new List<int>(wanted.Count);
        var next = _state is [{ Path.IsEmpty: true }, ..] ? 1 : 0;
        foreach (var (entry, layer) in wanted.Entries)
        {
            // A restore notes entries in this order, so it is nearly always the next one.
            var i = next < _state.Count && _state[next].Path.Equals(entry.Path) ? next : FindInState(entry.Path);
            next = i + 1;
            if (i >= 0 && !same[i])
                i = -1;
            _there.Add(i);
            if (i >= 0 && _state[i].Identity == entry.Identity
                && (entry.Kind == LayerEntryKind.HardLink || _state[i].Stamp.Modified == entry.Modified))
                continue;
            if (entry.Kind == LayerEntryKind.Directory)
                Touch(entry.Path);
            else
                Need(entry, layer);
            MakesLinks |= entry.Kind == LayerEntryKind.HardLink;
        }

        // A link is made from its file, and which one that is, only the layer says. So all of them are made again.
        foreach (var (entry, layer) in MakesLinks ? wanted.Entries : [])
            _needed[entry.Path] = (layer, entry.Modified);
        Layers = LayersOfNeeded();
    }

    public WantedFolder Wanted { get; }

    /// <summary>Whether hard links are made.</summary>
    public bool MakesLinks { get; }

    /// <summary>The numbers of the layers that are needed.</summary>
    public IReadOnlyList<int> Layers { get; private set; }

    /// <summary>The wanted entries, and for each what of the state is true of it still.</summary>
    public IEnumerable<(IndexedEntry Wanted, StampedEntry? There)> Entries =>
        Wanted.Entries.Zip(_there, (e, i) => (e.Entry, i < 0 ? (StampedEntry?)null : _state[i]));

    /// <summary>What of the state is true still and is not wanted.</summary>
    public IEnumerable<StampedEntry> Others => _state.Where((e, i) => _same[i] && !e.Path.IsEmpty && !Wanted.Has(e.Path));

    /// <summary>Whether the restore changes what has this path.</summary>
    public bool Changes(EntryPath path) => _needed.ContainsKey(path) || _touched.ContainsKey(path);

    /// <summary>Looks for what does not belong to the folder, so that it can be removed. A directory that cannot be looked at is treated
    /// as one with something else in it.</summary>
    public void FindOthers(string directory, RestoreOptions options)
    {
        var own = new OwnPlaces(options.OwnDirectories, options.Access);
        using var root = Folder.Open(directory, options.Access);
        using var way = new OpenPath(root);
        var directories = Wanted.Entries.Where(e => e.Entry.Kind == LayerEntryKind.Directory).Select(e => e.Entry.Path);
        foreach (var path in directories.Prepend(default).Concat(Wanted.Implied).Where(path => HasOthers(way, path.ToString(), own)))
        {
            _hasOthers = true;
            if (Wanted.Find(path) is not null)
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
        IsNothing = _isKnown && !_hasOthers && _needed.Count == 0 && _touched.Count == 0,
    };

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

    private int FindInState(EntryPath path)
    {
        if (_byPath is null)
        {
            _byPath = new Dictionary<EntryPath, int>(_state.Count);
            for (var i = 0; i < _state.Count; i++)
                _byPath[_state[i].Path] = i;
        }

        return _byPath.GetValueOrDefault(path, -1);
    }

    private void Need(IndexedEntry entry, int layer)
    {
        if (_needed.TryAdd(entry.Path, (layer, entry.Modified)))
            Touch(entry.Path.Directory);
    }

    // A directory gets its time again when something in it was changed. What the layer has is known if the state has the same.
    private void Touch(EntryPath path)
    {
        for (; !path.IsEmpty && !Changes(path); path = path.Directory)
        {
            if (Wanted.Find(path) is not ({ Kind: LayerEntryKind.Directory } wanted, var layer))
                continue;
            _directories ??= Directories();
            if (_directories.TryGetValue(path, out var known) && known.Identity == wanted.Identity)
                _touched[path] = new NodeMetadata { Mode = known.Mode, Modified = wanted.Modified };
            else
                _needed[path] = (layer, wanted.Modified);
        }
    }

    private Dictionary<EntryPath, StampedEntry> Directories()
    {
        var directories = new Dictionary<EntryPath, StampedEntry>();
        foreach (var entry in _state.Where(e => e.Kind == LayerEntryKind.Directory))
            directories[entry.Path] = entry;
        return directories;
    }
}
