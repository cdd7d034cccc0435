using RegistryCache.Storage;

namespace RegistryCache.Core.Storage;

/// <summary>
/// A blob in a store as re-openable content: opened only when needed, verified whatever the store does, and with every failure
/// marked as the source's.
/// </summary>
internal sealed class StoreBlobSource(IReadOnlyContentStore store, Descriptor descriptor) : BlobSource
{
    public override long? Length => descriptor.Size;

    public override BlobOrigin? Origin => store.Origin;

    public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var stream = await store.OpenBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
            return new SourceReadStream(stream as VerifyingReadStream ?? new VerifyingReadStream(stream, descriptor));
        }
        catch (RegistryCacheException e) when (e.OnSide(CacheSide.Source))
        {
            throw;
        }
    }

    public async Task<ByteRangeReader> OpenRangesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenBlobRangesAsync(descriptor, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (e.OnSide(CacheSide.Source))
        {
            throw;
        }
    }
}
