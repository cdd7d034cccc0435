using RegistryCache.Core.Entries;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>What a saved folder holds in the end, and which layer has each entry.</summary>
internal sealed class WantedFolder
{
    private readonly IReadOnlyList<FolderGroup> _groups;
    private readonly Dictionary<EntryPath, (int Group, int Number, int Layer)> _places;
    private readonly HashSet<EntryPath> _implied = [];

    private WantedFolder(IReadOnlyList<FolderGroup> groups) =>
        (_groups, _places) = (groups, new(groups.Sum(g => g.Index.Entries.Length)));

    public int Count => _places.Count;

    /// <summary>The entries, always in the same order, each with the number of its layer.</summary>
    public IEnumerable<(IndexedEntry Entry, int Layer)> Entries => _places.Values.Select(At);

    /// <summary>Directories that lead to an entry and have none of their own.</summary>
    public IReadOnlyCollection<EntryPath> Implied => _implied;

    /// <summary>Adds up what the indexes say; <see langword="null"/> if they name a path that no folder can have, or more than a restore
    /// accepts.</summary>
    /// <param name="saved">The folder.</param>
    /// <param name="limits">What a restore accepts.</param>
    public static WantedFolder? Of(SavedFolder saved, RestoreLimits limits)
    {
        var wanted = new WantedFolder(saved.Groups);
        var layer = 0;
        for (var group = 0; group < saved.Groups.Count; group++)
        {
            var index = saved.Groups[group].Index;
            foreach (var path in index.Gone)
                wanted._places.Remove(path);
            var (number, end) = (0, 0);
            foreach (var described in index.Layers)
            {
                layer++;
                for (end += described.Count; number < end; number++)
                    wanted._places[index.Entries[number].Path] = (group, number, layer);
            }

            layer++;
        }

        return wanted.IsPossible(limits) ? wanted : null;
    }

    public (IndexedEntry Entry, int Layer)? Find(EntryPath path) => _places.TryGetValue(path, out var place) ? At(place) : null;

    /// <summary>Whether two paths are one to a file system that ignores case.</summary>
    public bool HasCaseCollisions()
    {
        var cases = new CaseCollisions();
        return _places.Keys.Any(path => cases.Find(path.ToString()) is not null);
    }

    /// <summary>Whether a path is one of the folder, or leads to one.</summary>
    public bool Has(EntryPath path) => _places.ContainsKey(path) || _implied.Contains(path);

    private (IndexedEntry Entry, int Layer) At((int Group, int Number, int Layer) place) =>
        (_groups[place.Group].Index.Entries[place.Number], place.Layer);

    private bool IsPossible(RestoreLimits limits)
    {
        EntryPath last = default;
        long total = 0;
        foreach (var (entry, _) in Entries)
        {
            if (entry.Size > limits.MaxFileBytes || entry.Size > limits.MaxTotalBytes - total)
                return false;
            total += entry.Size;
            if (!LayerPaths.IsNormal(entry.Path.Span, limits) || StagingNames.IsReserved(entry.Path.Span))
                return false;
            if (entry.Path.Parent.SequenceEqual(last.Parent))
                continue;
            last = entry.Path;
            for (var parent = last.Directory; !parent.IsEmpty && !Has(parent); parent = parent.Directory)
                _implied.Add(parent);
        }

        return true;
    }
}
