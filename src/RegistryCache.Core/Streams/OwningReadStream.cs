namespace RegistryCache.Core.Streams;

/// <summary>A forward-only read stream over another one, which it disposes.</summary>
internal abstract class OwningReadStream(Stream inner) : ForwardReadStream
{
    internal override bool IsLocalCopy => inner is ForwardReadStream { IsLocalCopy: true };

    protected Stream Inner => inner;

    protected override ValueTask CloseAsync() => inner.DisposeAsync();
}
