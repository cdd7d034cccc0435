using RegistryCache.Core.Streams;

namespace RegistryCache;

/// <summary>Content that can be opened again and again, so that a retry, an answered challenge or a resumed upload needs no buffer.
/// Implementations must allow several streams to be open at once.</summary>
public abstract class BlobSource
{
    /// <summary>The length in bytes, or <see langword="null"/> when it is known only after reading.</summary>
    public virtual long? Length => null;

    /// <summary>A repository that already holds the content, so that a store on the same registry can mount it; or
    /// <see langword="null"/>. Tag and digest do not matter.</summary>
    public virtual ImageReference? Origin => null;

    /// <summary>Opens the content from its start. The caller disposes the stream.</summary>
    /// <param name="cancellationToken">Ends the attempt to open.</param>
    public abstract ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Opens the content at an offset. The default opens at the start and reads up to the offset.</summary>
    /// <param name="offset">The offset in bytes, from 0 to the length.</param>
    /// <param name="cancellationToken">Ends the attempt to open.</param>
    public virtual async ValueTask<Stream> OpenReadAsync(long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var stream = await OpenReadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StreamSkip.ForwardAsync(stream, offset, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the content from its start. The stream checks size and digest before its end, but never a second time.</summary>
    /// <param name="descriptor">The promised size and digest.</param>
    /// <param name="cancellationToken">Ends the attempt to open.</param>
    /// <returns>A stream that throws <see cref="ContentMismatchException"/> at its end if the content has another digest.</returns>
    public virtual async ValueTask<Stream> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        new VerifyingReadStream(await OpenReadAsync(cancellationToken).ConfigureAwait(false), descriptor);

    /// <summary>The digest of the blob that the content comes from, for an error; <see langword="null"/> if there is none.</summary>
    internal virtual string? Name => null;

    /// <summary>The store that the content comes from, as a person would name it; <see langword="null"/> if it is not in a store.</summary>
    internal virtual string? Place => null;

    /// <summary>Whether the content was verified when it was stored.</summary>
    internal virtual bool IsVerifiedStorage => false;

    /// <summary>Whether the content is in memory or in a local file, so that reading it once more costs little.</summary>
    internal virtual bool IsAtHand => false;

    /// <summary>Opens the content for a receiver that verifies it.</summary>
    internal virtual ValueTask<Stream> OpenStoredAsync(CancellationToken cancellationToken) => OpenReadAsync(cancellationToken);

    /// <summary>Opens the content for random access, which cannot be verified. The default opens it again wherever it is read.</summary>
    /// <param name="descriptor">The promised size and digest.</param>
    /// <param name="cancellationToken">Ends the attempt to open.</param>
    public virtual Task<ByteRangeReader> OpenRangesAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Task.FromResult<ByteRangeReader>(new BlobSourceRangeReader(this, descriptor.Size));
    }

    /// <summary>Content from memory. The bytes are not copied and must not change.</summary>
    /// <param name="content">The bytes.</param>
    public static BlobSource FromBytes(ReadOnlyMemory<byte> content) => new MemoryBlobSource(content);

    /// <summary>Content from a file. The file must not change while the source is in use.</summary>
    /// <param name="path">The path.</param>
    public static BlobSource FromFile(string path) => new FileBlobSource(path);

    /// <summary>Content from a delegate that opens a new stream at each call.</summary>
    /// <param name="open">Opens the content from its start.</param>
    /// <param name="length">The length in bytes, if known.</param>
    public static BlobSource FromDelegate(Func<CancellationToken, ValueTask<Stream>> open, long? length = null) =>
        new DelegateBlobSource(open, length);
}
