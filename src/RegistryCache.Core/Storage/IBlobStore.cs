namespace RegistryCache.Storage;

/// <summary>Blobs that can be found, read and added. Implementations are thread-safe.</summary>
public interface IBlobStore : IReadOnlyBlobStore
{
    /// <summary>
    /// Makes sure that the store holds a blob. Does nothing when it is there already; takes it from
    /// <see cref="BlobSource.Origin"/> where the store can; sends it otherwise. The blob becomes visible only complete and verified.
    /// </summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="source">The content. It is opened only if bytes have to be sent, and again when a part has to be sent again.</param>
    /// <param name="progress">Told of bytes sent, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the push; nothing half-written stays visible.</param>
    /// <exception cref="ContentMismatchException">The source does not match the descriptor.</exception>
    Task<BlobPushResult> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);
}
