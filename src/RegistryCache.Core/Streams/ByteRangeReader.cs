namespace RegistryCache;

/// <summary>Random access to stored content, for example to read a footer or a single file without the rest. The bytes are not verified
/// against a digest; the caller must verify them in another way.</summary>
public abstract class ByteRangeReader : IAsyncDisposable
{
    /// <summary>The length of the content in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Reads bytes at an offset. It returns fewer bytes than asked for only at the end of the content.</summary>
    /// <param name="offset">The offset in bytes.</param>
    /// <param name="buffer">Where to put the bytes.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The number of bytes read.</returns>
    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
