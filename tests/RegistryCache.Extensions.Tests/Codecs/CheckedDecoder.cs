namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>Reads a decoder of another library: its errors become ours, and nothing may follow its data.</summary>
internal sealed class CheckedDecoder(string name, Stream decoder, Stream blob) : Stream
{
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        try
        {
            var read = await decoder.ReadAsync(buffer, cancellationToken);
            if (read > 0)
                return read;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or InvalidOperationException or NotImplementedException)
        {
            throw new LayerFormatException(RegistryCacheErrorCode.CorruptLayer, $"The {name} data is damaged or cut: {e.Message}", e);
        }

        if (await blob.ReadAsync(new byte[1], cancellationToken) > 0)
            throw new LayerFormatException(RegistryCacheErrorCode.CorruptLayer, $"The blob has extra bytes after the end of its {name} data.");
        _ended = true;
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await decoder.DisposeAsync();
        await blob.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoder.Dispose();
            blob.Dispose();
        }

        base.Dispose(disposing);
    }
}
