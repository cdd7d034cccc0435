using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>The content of files and directories. The directories of caches (<c>own</c>) are skipped.</summary>
internal sealed class FolderLayerSource(MappedFolders folders, SnapshotOptions options, params IReadOnlyList<string> own) : LayerSource
{
    internal override LayerSource Without(IReadOnlyList<string> directories) =>
        new FolderLayerSource(folders, options, [.. own, .. directories]);

    public override Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);

        // Synchronous reading of a file system is several times faster. It runs in a task, so that the caller is not blocked.
        return Task.Run(() => WriteAsync(destination, cancellationToken), cancellationToken);
    }

    private async Task<LayerWriteReport> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        await folders.RecoverAsync(cancellationToken).ConfigureAwait(false);
        using var writer = new TarStreamWriter(destination);
        var entries = new NodeWriter(writer, options);
        var skipped = new OwnPlaces(own, options.Access);
        foreach (var (_, _, item) in folders.Walk(skipped))
            await entries.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return entries.Report() with { OwnPaths = skipped.Found };
    }
}
