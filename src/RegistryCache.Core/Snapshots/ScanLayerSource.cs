using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Snapshots;

/// <summary>A layer of some of the nodes that a scan found.</summary>
internal sealed class ScanLayerSource(IReadOnlyList<ScannedNode> nodes, IReadOnlyList<string> gone, SnapshotOptions options) : LayerSource
{
    public override Task<LayerWriteReport> WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Task.Run(() => WriteAsync(destination, cancellationToken), cancellationToken);
    }

    private async Task<LayerWriteReport> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        using var writer = new TarStreamWriter(destination);
        using var reader = new ScanReader(options);
        foreach (var path in gone)
        {
            var whiteout = new LayerEntry { Path = path, Kind = LayerEntryKind.Whiteout, ModifiedAt = options.ModifiedAt };
            await writer.WriteHeaderAsync(whiteout, cancellationToken).ConfigureAwait(false);
        }

        foreach (var node in nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node.Entry.Kind == LayerEntryKind.File)
                await reader.WriteAsync(node, writer, cancellationToken).ConfigureAwait(false);
            else
                await writer.WriteHeaderAsync(node.Entry, cancellationToken).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new LayerWriteReport(nodes.Count + gone.Count, writer.Length, []);
    }
}
