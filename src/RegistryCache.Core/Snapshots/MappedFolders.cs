using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Restore;

namespace RegistryCache.Core.Snapshots;

/// <summary>Several files and folders, each with its place in a layer.</summary>
internal sealed class MappedFolders
{
    private readonly (string SourcePath, string LayerPath)[] _mappings;
    private readonly SnapshotOptions _options;
    private readonly PathFilter _filter;

    public MappedFolders(IReadOnlyList<(string SourcePath, string LayerPath)> mappings, SnapshotOptions options)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        _mappings = [.. mappings.Select(Checked).OrderBy(mapping => mapping.LayerPath, Utf8ByteOrder.Instance)];
        _options = options;
        _filter = new PathFilter(options.Include, options.Exclude);
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (source, place) in _mappings)
        {
            if (Ancestors(place).Append("").Prepend(place).FirstOrDefault(places.ContainsKey) is { } taken)
                throw new ArgumentException(
                    $"'{ErrorText.Quote(source)}' would be at the path '/{ErrorText.Quote(place)}' of the layer, "
                        + (place == taken ? "where" : $"inside '/{ErrorText.Quote(taken)}', where")
                        + $" '{ErrorText.Quote(places[taken])}' is. Give each a path of its own.",
                    nameof(mappings));
            places.Add(place, source);
        }
    }

    /// <summary>Ends restores into the folders whose processes died, so that no layer holds half of one.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var (path, _) in _mappings)
            await RestoreTransaction.RecoverAsync(path, _options.Access, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is there, in the order of a layer: the folder that was opened, which stays open until the walk goes on, the path in
    /// it, and the item with its path in the layer.</summary>
    public IEnumerable<(Folder Root, string Inside, TreeItem Item)> Walk(OwnPlaces own)
    {
        foreach (var mapping in _mappings)
        {
            if (Directory.Exists(mapping.SourcePath))
            {
                using var root = Folder.Open(mapping.SourcePath, _options.Access);
                if (own.Contains(root))
                    throw new RegistryCacheException(
                        RegistryCacheErrorCode.InvalidOptions,
                        $"'{ErrorText.Quote(mapping.SourcePath)}' is the directory of the cache itself. "
                            + "Choose another folder to save, or another directory for the cache.");
                if (mapping.LayerPath.Length > 0)
                    yield return (root, "", new TreeItem(root, root.Describe(), mapping.LayerPath));
                foreach (var item in TreeWalk.Over(root, _filter, own))
                    yield return (root, item.Path, item with { Path = LayerPaths.Join(mapping.LayerPath, item.Path) });
            }
            else
            {
                var full = AbsolutePath.Of(mapping.SourcePath);
                using var folder = Folder.Open(Path.GetDirectoryName(full) ?? full, _options.Access);
                var node = folder.Find(Path.GetFileName(full)) ?? throw new CacheStorageException(
                    RegistryCacheErrorCode.StorageFailure,
                    $"'{ErrorText.Quote(mapping.SourcePath)}' does not exist, so it cannot be saved. Choose an existing file or folder.");
                var place = mapping.LayerPath.Length > 0 ? mapping.LayerPath : node.Name;
                yield return (folder, node.Name, new TreeItem(folder, node, place));
            }
        }
    }

    private static (string SourcePath, string LayerPath) Checked((string SourcePath, string LayerPath) mapping)
    {
        ArgumentException.ThrowIfNullOrEmpty(mapping.SourcePath);
        ArgumentNullException.ThrowIfNull(mapping.LayerPath);
        if (mapping.LayerPath.StartsWith('/'))
            throw new ArgumentException(
                $"The place in the layer '{ErrorText.Quote(mapping.LayerPath)}' is absolute. Remove the slash at its start.",
                nameof(mapping));
        try
        {
            return (mapping.SourcePath, LayerPaths.Normalize(mapping.LayerPath, "The place in the layer", new RestoreLimits()));
        }
        catch (LayerFormatException e)
        {
            throw new ArgumentException(e.Message, nameof(mapping), e);
        }
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            yield return path[..slash];
    }
}
