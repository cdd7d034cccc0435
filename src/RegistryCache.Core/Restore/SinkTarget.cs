using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

internal sealed class SinkTarget(ILayerEntrySink sink) : ILayerTarget
{
    // A sink sees whiteouts and decides itself what they mean.
    public ValueTask BeginLayerAsync() => ValueTask.CompletedTask;

    public async ValueTask ApplyAsync(LayerEntry entry, IEntryContent content, CancellationToken cancellationToken)
    {
        var stream = new TarEntryStream(content, entry.Kind == LayerEntryKind.File ? entry.Size : 0);
        await using (stream.ConfigureAwait(false))
            await sink.OnEntryAsync(entry, stream, cancellationToken).ConfigureAwait(false);
    }
}
