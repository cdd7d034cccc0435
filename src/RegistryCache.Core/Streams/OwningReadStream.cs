namespace RegistryCache.Core.Streams;

/// <summary>A forward-only read stream over another one, which it disposes.</summary>
internal abstract class OwningReadStream(Stream inner) : ForwardReadStream
{
    protected Stream Inner => inner;

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
