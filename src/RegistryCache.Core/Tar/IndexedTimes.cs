using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The times of an index, for the entries of its layers. They usually come in its order.</summary>
internal sealed class IndexedTimes(EntryIndex index)
{
    private readonly EntryColumns.Reader _entries = index.Columns.Read();
    private bool _isAtEntry;
    private Dictionary<EntryPath, FileTime>? _byPath;

    /// <summary>The entry with its own time, if the index has one.</summary>
    public LayerEntry Date(LayerEntry entry) => Find(entry.Path) is { } time ? entry with { ModifiedAt = time.ToCacheTime() } : entry;

    private FileTime? Find(string path)
    {
        _isAtEntry = _isAtEntry || _entries.MoveNext();
        if (_isAtEntry && _entries.Current.Path.Is(path))
        {
            _isAtEntry = false;
            return _entries.Current.Modified;
        }

        _byPath ??= ByPath();
        return _byPath.TryGetValue(path, out var time) ? time : null;
    }

    private Dictionary<EntryPath, FileTime> ByPath()
    {
        var times = new Dictionary<EntryPath, FileTime>(index.Columns.Count);
        foreach (ref readonly var entry in index.Columns.Read())
            times[entry.Path.Keep()] = entry.Modified;
        return times;
    }
}
