using RegistryCache.Core.Entries;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>What a saved folder holds in the end, and which layer has each entry. The base is read from its index each time, because most
/// of its entries are only compared; the changes since are in memory.</summary>
internal sealed class WantedFolder
{
    private readonly EntryIndex? _base;

    // In order. What is gone has no layer.
    private readonly (IndexedEntry Entry, int Layer)[] _changes;
    private readonly Dictionary<EntryPath, (IndexedEntry Entry, int Layer)> _directories = [];
    private readonly HashSet<EntryPath> _implied = [];
    private HashSet<EntryPath>? _all;

    private WantedFolder(IReadOnlyList<FolderGroup> groups)
    {
        var changes = new Dictionary<EntryPath, (IndexedEntry Entry, int Layer)>();
        var first = 0;
        foreach (var index in groups.Select(g => g.Index))
        {
            if (first == 0 && index.Columns.IsSorted)
                _base = index;
            else
                Add(index, first);
            first += 1 + index.Layers.Count;
        }

        _changes = [.. changes.Values];
        Array.Sort(_changes, (a, b) => a.Entry.Path.CompareTo(b.Entry.Path));

        void Add(EntryIndex index, int indexLayer)
        {
            foreach (EntryPath path in index.Gone)
                changes[path] = (new IndexedEntry(path, default, 0, default, default), 0);
            var layers = new LayerNumbers(index, indexLayer);
            foreach (var entry in index.Entries)
                changes[entry.Path] = (entry, layers.Next());
        }
    }

    public int Count { get; private set; }

    /// <summary>The length of all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>The directories, each with the number of its layer.</summary>
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

    /// <summary>The entries, in the order of <see cref="EntryPath.CompareTo"/>.</summary>
    public Reader Read() => new(this);

    /// <summary>Whether two paths are one to a file system that ignores case.</summary>
    public bool HasCaseCollisions()
    {
        var cases = new CaseCollisions();
        for (var entries = Read(); entries.HasCurrent; entries.MoveNext())
        {
            if (cases.Find(entries.Current.Path.ToString()) is not null)
                return true;
        }

        return false;
    }

    /// <summary>Whether a path is one of the folder, or leads to one.</summary>
    public bool Has(EntryPath path)
    {
        if (_all is null)
        {
            _all = [.. _implied];
            for (var entries = Read(); entries.HasCurrent; entries.MoveNext())
                _all.Add(entries.Current.Path.Keep());
        }

        return _all.Contains(path);
    }

    private bool IsPossible(RestoreLimits limits)
    {
        EntryPath lastParent = default;
        for (var entries = Read(); entries.HasCurrent; entries.MoveNext())
        {
            ref readonly var entry = ref entries.Current;
            if (entry.Size > limits.MaxFileBytes || entry.Size > limits.MaxTotalBytes - Bytes
                || !LayerPaths.IsNormal(entry.Path.Span, limits) || StagingNames.IsReserved(entry.Path.Span))
                return false;
            Bytes += entry.Size;
            Count++;
            if (entry.Kind == LayerEntryKind.Directory)
            {
                var path = entry.Path.Keep();
                _directories[path] = (entry with { Path = path }, entries.Layer);
            }

            if (entry.Path.Parent.SequenceEqual(lastParent.Span))
                continue;
            lastParent = entry.Path.Directory.Keep();
            for (var parent = lastParent; !parent.IsEmpty && !_directories.ContainsKey(parent) && _implied.Add(parent);)
                parent = parent.Directory;
        }

        return true;
    }

    /// <summary>Goes through the entries, starting with the first.</summary>
    internal sealed class Reader
    {
        private readonly (IndexedEntry Entry, int Layer)[] _changes;
        private readonly EntryColumns.Reader? _base;
        private readonly LayerNumbers? _baseLayers;
        private int _baseLayer;
        private int _change;
        private bool _isInBase;
        private bool _isChange;

        public Reader(WantedFolder wanted)
        {
            _changes = wanted._changes;
            (_base, _baseLayers) = wanted._base is { } index ? (index.Columns.Read(), new LayerNumbers(index, 0)) : (null, null);
            MoveBase();
            Find();
        }

        /// <summary>Whether there is an entry; <see langword="false"/> after the last.</summary>
        public bool HasCurrent { get; private set; }

        /// <summary>The entry. Its path holds until the next one is read.</summary>
        public ref readonly IndexedEntry Current => ref (_isChange ? ref _changes[_change].Entry : ref _base!.Current);

        /// <summary>The number of its layer.</summary>
        public int Layer => _isChange ? _changes[_change].Layer : _baseLayer;

        public void MoveNext()
        {
            if (_isChange)
                _change++;
            else
                MoveBase();
            Find();
        }

        // The lower path of the two. A change replaces the same path of the base.
        private void Find()
        {
            for (; _change < _changes.Length; _change++)
            {
                ref readonly var change = ref _changes[_change];
                var order = _isInBase ? change.Entry.Path.CompareTo(_base!.Current.Path) : -1;
                if (order > 0)
                    break;
                if (order == 0)
                    MoveBase();
                if (change.Layer == 0)
                    continue;
                HasCurrent = _isChange = true;
                return;
            }

            _isChange = false;
            HasCurrent = _isInBase;
        }

        private void MoveBase()
        {
            _isInBase = _base?.MoveNext() == true;
            if (_isInBase)
                _baseLayer = _baseLayers!.Next();
        }
    }

    /// <summary>The number of the layer for each entry of an index, one after another.</summary>
    private sealed class LayerNumbers(EntryIndex index, int indexLayer)
    {
        private int _described;
        private int _left;

        public int Next()
        {
            while (_left == 0)
                _left = index.Layers[_described++].Count;
            _left--;
            return indexLayer + _described;
        }
    }
}
