namespace RegistryCache.Core.Streams;

/// <summary>The next bytes of a stream, up to a length, then the end. The inner stream stays open.</summary>
internal sealed class StreamSlice(Stream inner, long length) : ForwardReadStream
{
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, _left);
        if (wanted == 0)
            return 0;
        var read = await inner.ReadAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false);
        _left -= read;
        return read;
    }
}
