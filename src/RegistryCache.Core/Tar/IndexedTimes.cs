using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The times of an index, for the entries of its layers. They usually come in its order.</summary>
internal sealed class IndexedTimes(EntryIndex index)
{
    private int _next;
    private Dictionary<EntryPath, FileTime>? _byPath;

    /// <summary>The entry with its own time, if the index has one.</summary>
    public LayerEntry Date(LayerEntry entry) => Find(entry.Path) is { } time ? entry with { ModifiedAt = time.ToCacheTime() } : entry;

    private FileTime? Find(string path)
    {
        if (_next < index.Entries.Length && index.Entries[_next].Path.Is(path))
            return index.Entries[_next++].Modified;
        _byPath ??= ByPath();
        return _byPath.TryGetValue(path, out var time) ? time : null;
    }

    private Dictionary<EntryPath, FileTime> ByPath()
    {
        var times = new Dictionary<EntryPath, FileTime>(index.Entries.Length);
        foreach (var entry in index.Entries)
            times[entry.Path] = entry.Modified;
        return times;
    }
}
