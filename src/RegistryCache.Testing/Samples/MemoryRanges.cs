namespace RegistryCache.Testing.Samples;

/// <summary>Random access to bytes in memory, counting what was asked for.</summary>
/// <param name="content">The bytes.</param>
internal sealed class MemoryRanges(byte[] content) : ByteRangeReader
{
    public override long Length => content.Length;

    /// <summary>How many bytes were handed out.</summary>
    public long BytesRead { get; private set; }

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
        content.AsSpan((int)Math.Min(offset, content.Length), count).CopyTo(buffer.Span);
        BytesRead += count;
        return ValueTask.FromResult(count);
    }
}
