using RegistryCache.Core.Streams;
using RegistryCache.Storage;

namespace RegistryCache.Core.Storage;

/// <summary>A blob of a store as content: opened when it is needed, and always verified, because a store does not verify. Errors are marked
/// as the source's, because they often occur in the middle of a push to a target.</summary>
internal sealed class StoreBlobSource : BlobSource
{
    private readonly IContentStore _store;
    private readonly Descriptor _descriptor;

    public StoreBlobSource(IContentStore store, Descriptor descriptor, IDisposable? promise = null)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        _store = store;
        _descriptor = descriptor;
        Promise = promise;
    }

    /// <summary>Keeps the blob in the store as long as this source is referenced.</summary>
    public IDisposable? Promise { get; }

    public override long? Length => _descriptor.Size;

    public override ImageReference? Origin => _store.Origin;

    internal override string? Place => _store.DisplayName;

    internal override bool IsVerifiedStorage => _store.Capabilities.HasFlag(StoreCapabilities.VerifiesWrites);

    /// <summary>Opens the blob from its start. The stream checks size and digest before it reports its end.</summary>
    /// <exception cref="ContentNotFoundException">The store does not have the blob.</exception>
    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken) => new Marked(
        VerifyingReadStream.Of(
            await MarkAsync(() => _store.OpenBlobAsync(_descriptor, cancellationToken)).ConfigureAwait(false), _descriptor));

    public override ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return descriptor.Digest == _descriptor.Digest && descriptor.Size == _descriptor.Size
            ? OpenReadAsync(cancellationToken)
            : base.OpenVerifiedAsync(descriptor, cancellationToken);
    }

    internal override async ValueTask<Stream> OpenStoredAsync(CancellationToken cancellationToken) =>
        new Marked(await MarkAsync(() => _store.OpenBlobAsync(_descriptor, cancellationToken)).ConfigureAwait(false));

    public override Task<ByteRangeReader> OpenRangesAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        MarkAsync(() => _store.OpenBlobRangesAsync(descriptor, cancellationToken));

    private static async Task<T> MarkAsync<T>(Func<Task<T>> open)
    {
        try
        {
            return await open().ConfigureAwait(false);
        }
        catch (RegistryCacheException e)
        {
            e.Mark(CacheSide.Source);
            throw;
        }
    }

    private sealed class Marked(Stream inner) : OwningReadStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryCacheException e)
            {
                e.Mark(CacheSide.Source);
                throw;
            }
        }
    }
}
