namespace RegistryCache.Core.Streams;

/// <summary>Random access through a source that can be opened at an offset. Reads that follow one another share one stream.</summary>
internal sealed class BlobSourceRangeReader(BlobSource source, long length) : ByteRangeReader
{
    private Stream? _open;
    private long _position;

    public override long Length => length;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var wanted = (int)Math.Clamp(length - offset, 0, buffer.Length);
        if (wanted == 0)
            return 0;
        if (_open is null || _position != offset)
        {
            await DisposeAsync().ConfigureAwait(false);
            _open = await source.OpenReadAsync(offset, cancellationToken).ConfigureAwait(false);
            _position = offset;
        }

        var read = await _open.ReadAtLeastAsync(buffer[..wanted], wanted, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null)
            await _open.DisposeAsync().ConfigureAwait(false);
        _open = null;
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
