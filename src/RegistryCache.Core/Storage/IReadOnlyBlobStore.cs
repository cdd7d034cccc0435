namespace RegistryCache.Storage;

/// <summary>Blobs that can be found and read. Implementations are thread-safe.</summary>
public interface IReadOnlyBlobStore
{
    /// <summary>The size of a blob in bytes, or <see langword="null"/> when the store does not have it.</summary>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a blob from its start, forward only; the caller disposes the stream. The store hands out what it holds and verifies
    /// nothing: whoever reads does. This library reads every blob of a store through <see cref="StoreBlobSource"/>, and so should you.
    /// </summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="cancellationToken">Cancels opening the blob.</param>
    /// <exception cref="ContentNotFoundException">The store does not have the blob.</exception>
    Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a blob for random access, which cannot be verified: whoever interprets the bytes must. A registry is asked with Range
    /// requests, each read being one or more of them.
    /// </summary>
    /// <param name="descriptor">The blob: digest and size count, the media type does not.</param>
    /// <param name="cancellationToken">Cancels opening the blob.</param>
    /// <exception cref="ContentNotFoundException">The store does not have the blob.</exception>
    /// <exception cref="ContentMismatchException">The store holds another size than the descriptor says.</exception>
    Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken);
}
