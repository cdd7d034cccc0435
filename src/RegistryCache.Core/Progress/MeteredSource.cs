using RegistryCache.Core.Streams;

namespace RegistryCache.Core.Progress;

/// <summary>Content for one reader, whose bytes are counted.</summary>
internal sealed class MeteredSource<T>(ProgressMeter meter, BlobSource inner, T item) : BlobSource
    where T : notnull
{
    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        new MeteredStream(meter, await inner.OpenReadAsync(cancellationToken).ConfigureAwait(false), item);

    public override async ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        new MeteredStream(meter, await inner.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false), item);

    private sealed class MeteredStream(ProgressMeter meter, Stream inner, T item) : OwningReadStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            meter.Add(read, item);
            return read;
        }
    }
}
