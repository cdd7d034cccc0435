using RegistryCache.Core.Entries;
using RegistryCache.Core.Restore;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>What a saved folder holds in the end, and which layer has each entry.</summary>
internal sealed class WantedFolder
{
    private readonly Dictionary<string, (IndexedEntry Entry, int Layer)> _entries;
    private readonly HashSet<string> _implied = new(StringComparer.Ordinal);

    private WantedFolder(int capacity) => _entries = new(capacity, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, (IndexedEntry Entry, int Layer)> Entries => _entries;

    /// <summary>Directories that lead to an entry and have none of their own.</summary>
    public IReadOnlyCollection<string> Implied => _implied;

    /// <summary>Adds up what the indexes say; <see langword="null"/> if they name a path that no folder can have, or more than a restore
    /// accepts.</summary>
    /// <param name="saved">The folder.</param>
    /// <param name="limits">What a restore accepts.</param>
    public static WantedFolder? Of(SavedFolder saved, RestoreLimits limits)
    {
        var wanted = new WantedFolder(saved.Groups.Sum(g => g.Index.Entries.Length));
        var layer = 0;
        foreach (var group in saved.Groups)
        {
            layer++;
            foreach (var path in group.Index.Gone)
                wanted._entries.Remove(path);
            foreach (var part in group.Parts())
            {
                foreach (var entry in part.Entries)
                    wanted._entries[entry.Path] = (entry, layer);
                layer++;
            }
        }

        return wanted.IsPossible(limits) ? wanted : null;
    }

    /// <summary>Whether two paths are one to a file system that ignores case.</summary>
    public bool HasCaseCollisions()
    {
        var cases = new CaseCollisions();
        return _entries.Keys.Any(path => cases.Find(path) is not null);
    }

    /// <summary>Whether a path is one of the folder, or leads to one.</summary>
    public bool Has(string path) => _entries.ContainsKey(path) || _implied.Contains(path);

    private bool IsPossible(RestoreLimits limits)
    {
        try
        {
            var known = "";
            long total = 0;
            foreach (var (path, (entry, _)) in _entries)
            {
                if (entry.Size > limits.MaxFileBytes || entry.Size > limits.MaxTotalBytes - total)
                    return false;
                total += entry.Size;
                if (path.Length == 0 || LayerPaths.Normalize(path, "The path", limits) != path || StagingNames.IsReserved(path))
                    return false;
                if (path.AsSpan(0, Math.Max(0, path.LastIndexOf('/'))).SequenceEqual(known))
                    continue;
                known = LayerPaths.Split(path).Parent;
                for (var parent = known; parent.Length > 0 && !Has(parent); parent = LayerPaths.Split(parent).Parent)
                    _implied.Add(parent);
            }

            return true;
        }
        catch (RegistryCacheException)
        {
            return false;
        }
    }
}
