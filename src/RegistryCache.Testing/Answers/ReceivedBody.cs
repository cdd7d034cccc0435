using Microsoft.AspNetCore.Http;

namespace RegistryCache.Testing.Answers;

/// <summary>A request's body, counted. A fault can end it in a broken connection, or in silence.</summary>
internal sealed class ReceivedBody(HttpContext http, RecordedRequest record, long? cutAfter, long? stallAfter) : ForwardReadStream
{
    private readonly Stream _inner = http.Request.Body;
    private long _left = Math.Min(cutAfter ?? long.MaxValue, stallAfter ?? long.MaxValue);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
        {
            if (cutAfter is null)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(false);
            http.Abort();
            throw new IOException("The connection is cut, as the fault says.");
        }

        var read = await _inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        _left -= read;
        record.CountReceived(read);
        return read;
    }
}
