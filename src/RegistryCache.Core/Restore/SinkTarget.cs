using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

internal sealed class SinkTarget(Func<LayerEntry, Stream, CancellationToken, ValueTask> onEntry) : ILayerTarget
{
    // Whoever reads the entries sees whiteouts and decides what they mean.
    public ValueTask BeginLayerAsync() => ValueTask.CompletedTask;

    public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        var stream = new TarEntryStream(content, entry.Kind == LayerEntryKind.File ? entry.Size : 0);
        await using (stream.ConfigureAwait(false))
            await onEntry(entry, stream, cancellationToken).ConfigureAwait(false);
    }
}
