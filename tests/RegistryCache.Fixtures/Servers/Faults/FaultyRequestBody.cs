using Microsoft.AspNetCore.Http;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>A request's body that ends in a broken connection, or in silence.</summary>
internal sealed class FaultyRequestBody(HttpContext http, long after, bool stalls) : ForwardReadStream
{
    private readonly Stream _inner = http.Request.Body;
    private long _left = after;

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
}
