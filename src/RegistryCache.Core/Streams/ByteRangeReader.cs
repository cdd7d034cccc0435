namespace RegistryCache;

/// <summary>Random access to stored content: the way to look at a footer or a single file without reading everything. What comes back is
/// not verified against a digest; whoever interprets it must verify it by other means.</summary>
public abstract class ByteRangeReader : IAsyncDisposable
{
    /// <summary>The length of the content in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Reads bytes at an offset. Fewer bytes than asked for come back only at the end of the content.</summary>
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
