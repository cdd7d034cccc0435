using RegistryCache.Core.Content;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;
using FolderMapping = (string SourcePath, string LayerPath);

namespace RegistryCache.Core.Snapshots;

/// <summary>The content of files and directories. The directories of caches (<c>own</c>) are skipped.</summary>
internal sealed class FolderLayerSource : LayerSource
{
    private readonly FolderMapping[] _mappings;
    private readonly SnapshotOptions _options;
    private readonly PathFilter _filter;
    private readonly IReadOnlyList<string> _own;

    public FolderLayerSource(IReadOnlyList<FolderMapping> mappings, SnapshotOptions options, params IReadOnlyList<string> own)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        _own = own;
        _mappings = [.. mappings.Select(Checked).OrderBy(mapping => mapping.LayerPath, Utf8ByteOrder.Instance)];
        _options = options;
        _filter = new PathFilter(options.Include, options.Exclude);
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var place in _mappings.Select(mapping => mapping.LayerPath))
        {
            if (!places.Add(place) || places.Contains("") && places.Count > 1 || Ancestors(place).Any(places.Contains))
                throw new ArgumentException(
                    $"Two mappings overlap at the path '{place}' of the layer. Give each its own path.", nameof(mappings));
        }
    }

    internal override LayerSource Without(IReadOnlyList<string> directories) =>
        new FolderLayerSource(_mappings, _options, [.. _own, .. directories]);

    public override Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);

        // Synchronous reading of a file system is several times faster. It runs in a task, so that the caller is not blocked.
        return Task.Run(() => WriteAsync(destination, cancellationToken), cancellationToken);
    }

    private async Task<LayerWriteReport> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        using var writer = new TarStreamWriter(destination);
        var entries = new NodeWriter(writer, _options);
        var own = new OwnPlaces(_own, _options.Access);
        foreach (var mapping in _mappings)
        {
            if (Directory.Exists(mapping.SourcePath))
                await WriteDirectoryAsync(entries, mapping, own, cancellationToken).ConfigureAwait(false);
            else
                await WriteFileAsync(entries, mapping, cancellationToken).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return entries.Report() with { OwnPaths = own.Found };
    }

    private async Task WriteDirectoryAsync(NodeWriter entries, FolderMapping mapping, OwnPlaces own, CancellationToken cancellationToken)
    {
        using var root = Folder.Open(mapping.SourcePath, _options.Access);
        if (own.Contains(root))
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions, $"'{ErrorText.Quote(mapping.SourcePath)}' is the directory of the cache itself. "
                    + "Choose another folder to save, or another directory for the cache.");
        if (mapping.LayerPath.Length > 0)
            await entries.WriteAsync(new TreeItem(root, root.Describe(), mapping.LayerPath), cancellationToken).ConfigureAwait(false);
        foreach (var item in TreeWalk.Over(root, _filter, own))
            await entries.WriteAsync(item with { Path = LayerPaths.Join(mapping.LayerPath, item.Path) }, cancellationToken)
                .ConfigureAwait(false);
    }

    private async Task WriteFileAsync(NodeWriter entries, FolderMapping mapping, CancellationToken cancellationToken)
    {
        var full = AbsolutePath.Of(mapping.SourcePath);
        using var folder = Folder.Open(Path.GetDirectoryName(full) ?? full, _options.Access);
        var node = folder.Find(Path.GetFileName(full)) ?? throw new CacheStorageException(
            RegistryCacheErrorCode.StorageFailure, $"'{ErrorText.Quote(mapping.SourcePath)}' does not exist, so it cannot be saved. "
                + "Choose an existing file or folder.");
        var place = mapping.LayerPath.Length > 0 ? mapping.LayerPath : node.Name;
        await entries.WriteAsync(new TreeItem(folder, node, place), cancellationToken).ConfigureAwait(false);
    }

    private static FolderMapping Checked(FolderMapping mapping)
    {
        ArgumentException.ThrowIfNullOrEmpty(mapping.SourcePath);
        ArgumentNullException.ThrowIfNull(mapping.LayerPath);
        if (mapping.LayerPath.StartsWith('/'))
            throw new ArgumentException(
                $"The place in the layer '{ErrorText.Quote(mapping.LayerPath)}' is absolute. Remove the slash at its start.",
                nameof(mapping));
        try
        {
            return mapping with { LayerPath = LayerPaths.Normalize(mapping.LayerPath, "The place in the layer", new RestoreLimits()) };
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
