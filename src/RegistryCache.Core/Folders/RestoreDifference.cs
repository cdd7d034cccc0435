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

    // The directories of the state that have a wanted one's identity, with their permissions and the part of the state.
    private readonly Dictionary<EntryPath, (UnixFileMode Mode, int Part)> _known = [];
    private readonly bool[] _isChanged;
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
        _isChanged = new bool[Math.Max(1, state?.Parts.Count ?? 0)];
        var makesLinks = false;
        foreach (var (number, part, join) in Joins(wanted.Read()))
        {
            var count = 0;
            for (; join.MoveNext(); count++)
            {
                var isAlike = join.HasWanted && join.HasStated && join.Stated.Identity == join.Wanted.Identity;
                if (isAlike && join.Wanted.Kind == LayerEntryKind.Directory && join.Stated.Kind == LayerEntryKind.Directory)
                    _known[join.Wanted.Path.Keep()] = (join.Stated.Mode, number);
                if (isAlike && same[join.Number]
                    && (join.Wanted.Kind == LayerEntryKind.HardLink || join.Stated.Stamp.Modified == join.Wanted.Modified))
                    continue;
                _isChanged[number] = true;
                if (!join.HasWanted)
                    continue;
                if (join.Wanted.Kind == LayerEntryKind.Directory)
                    Touch(join.Wanted.Path.Keep());
                else
                    Need(join.Wanted, join.Layer);
                makesLinks |= join.Wanted.Kind == LayerEntryKind.HardLink;
            }

            _isChanged[number] |= count != part?.Count;
        }

        if (makesLinks)
            NeedAll();
        Layers = LayersOfNeeded();
    }

    public WantedFolder Wanted { get; }

    /// <summary>The numbers of the layers that are needed.</summary>
    public IReadOnlyList<int> Layers { get; private set; }

    /// <summary>Whether the restore changes what has this path.</summary>
    public bool Changes(EntryPath path) => _needed.ContainsKey(path) || _touched.ContainsKey(path);

    /// <summary>What a state has to say of the folder, in order.</summary>
    /// <param name="describe">Describes what was changed.</param>
    /// <param name="keepsOthers">Whether what does not belong to the folder has stayed in it.</param>
    public IEnumerable<StampedPiece> Describe(Func<IndexedEntry, StampedEntry?> describe, bool keepsOthers)
    {
        var wanted = Wanted.Read();
        foreach (var (number, part, join) in Joins(wanted))
        {
            if (part is { IsSmall: false } && !_isChanged[number])
            {
                for (var i = 0; i < part.Count; i++)
                    wanted.MoveNext();
                yield return part;
                continue;
            }

            while (join.MoveNext())
            {
                var isSame = join.HasStated && _same[join.Number];
                if (!join.HasWanted)
                {
                    if (isSame && keepsOthers && !join.Stated.Path.IsEmpty)
                        yield return join.Stated;
                }
                else if (isSame && !Changes(join.Wanted.Path))
                {
                    yield return join.Stated;
                }
                else if (describe(join.Wanted) is { } described)
                {
                    yield return described;
                }
            }
        }
    }

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

    // Part for part; all at once without a state.
    private IEnumerable<(int Number, StampedPart? Part, FolderJoin Join)> Joins(WantedFolder.Reader wanted)
    {
        if (_state is not { Parts: { Count: > 0 } parts })
        {
            yield return (0, null, new FolderJoin(wanted, null, isLast: true));
            yield break;
        }

        for (var i = 0; i < parts.Count; i++)
            yield return (i, parts[i], new FolderJoin(wanted, parts[i].Read(), isLast: i == parts.Count - 1));
    }

    // A link is made from its file, and which one that is, only the layer says. So all of them are made again.
    private void NeedAll()
    {
        for (var entries = Wanted.Read(); entries.HasCurrent; entries.MoveNext())
            _needed[entries.Current.Path.Keep()] = (entries.Layer, entries.Current.Modified);
        Array.Fill(_isChanged, true);
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

    private void Need(in IndexedEntry entry, int layer)
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
            if (_known.TryGetValue(path, out var known))
            {
                _touched[path] = new NodeMetadata { Mode = known.Mode, Modified = wanted.Entry.Modified };
                _isChanged[known.Part] = true;
            }
            else
            {
                _needed[path] = (wanted.Layer, wanted.Entry.Modified);
            }
        }
    }
}
