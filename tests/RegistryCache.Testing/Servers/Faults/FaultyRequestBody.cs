using Microsoft.AspNetCore.Http;

namespace RegistryCache.Testing.Servers.Faults;

/// <summary>A request's body that ends in a broken connection, or in silence.</summary>
internal sealed class FaultyRequestBody(HttpContext http, long after, bool stalls) : Stream
{
    private readonly Stream _inner = http.Request.Body;
    private long _left = after;

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
        if (_left == 0)
        {
            if (stalls)
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            http.Abort();
            throw new IOException("The connection is cut.");
        }

        var read = await _inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
