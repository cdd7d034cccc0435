using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;

namespace RegistryCache.Core.Storage;

/// <summary>Marks what goes wrong while reading as the source's fault, since the error will surface in the middle of a push to the target.</summary>
internal sealed class SourceReadStream(Stream inner) : ForwardReadStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.OnSide(CacheSide.Source))
        {
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
