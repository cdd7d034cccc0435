namespace RegistryCache.Layers;

/// <summary>Reads small parts of a layer blob, not verified: its first and last bytes, each once, and ranges. Not thread-safe.</summary>
public sealed class LayerProbe
{
    /// <summary>The length of <see cref="ReadHeadAsync"/> and <see cref="ReadTailAsync"/> in bytes, shorter blobs aside.</summary>
    public const int EdgeLength = 512;

    private readonly ByteRangeReader? _ranges;
    private ReadOnlyMemory<byte>? _head;
    private ReadOnlyMemory<byte>? _tail;

    /// <summary>A probe that can read the whole blob.</summary>
    /// <param name="descriptor">The blob's descriptor.</param>
    /// <param name="ranges">The blob; stays the caller's.</param>
    public LayerProbe(Descriptor descriptor, ByteRangeReader ranges)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(ranges);
        Descriptor = descriptor;
        _ranges = ranges;
        Length = ranges.Length;
    }

    /// <summary>A probe that has only the first bytes, for a blob that is read once from its start.</summary>
    /// <param name="descriptor">The blob's descriptor.</param>
    /// <param name="head">The first <see cref="EdgeLength"/> bytes, or the whole blob if it is shorter.</param>
    public LayerProbe(Descriptor descriptor, ReadOnlyMemory<byte> head)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        Descriptor = descriptor;
        Length = descriptor.Size;
        _head = head;
        _tail = ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>The blob's descriptor. Its media type and annotations are claims.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The length of the blob in bytes.</summary>
    public long Length { get; }

    /// <summary>Whether everything can be read, not only the head.</summary>
    public bool HasRanges => _ranges is not null;

    /// <summary>The first bytes.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(CancellationToken cancellationToken = default) =>
        _head ??= await ReadRangeAsync(0, (int)Math.Min(EdgeLength, Length), cancellationToken).ConfigureAwait(false);

    /// <summary>The last bytes, or none if the probe has only the first.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async ValueTask<ReadOnlyMemory<byte>> ReadTailAsync(CancellationToken cancellationToken = default)
    {
        var length = (int)Math.Min(EdgeLength, Length);
        return _tail ??= await ReadRangeAsync(Length - length, length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads at any offset. It returns fewer bytes only at the end, and none if the probe has only the first bytes.</summary>
    /// <param name="offset">The offset in bytes.</param>
    /// <param name="buffer">Where to put the bytes.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The number of bytes read.</returns>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _ranges is null ? ValueTask.FromResult(0) : _ranges.ReadAsync(offset, buffer, cancellationToken);

    private async ValueTask<ReadOnlyMemory<byte>> ReadRangeAsync(long offset, int length, CancellationToken cancellationToken)
    {
        if (length == 0)
            return ReadOnlyMemory<byte>.Empty;
        var buffer = new byte[length];
        var read = await ReadAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
        return buffer.AsMemory(0, read);
    }
}
