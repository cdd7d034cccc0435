using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace RegistryCache.Testing.Answers;

/// <summary>Puts an answer on the wire with whatever is wrong with it.</summary>
internal static class AnswerSender
{
    private const int PieceBytes = 128 * 1024;
    private const int DripBytes = 512;

    private static readonly TimeSpan BetweenDrips = TimeSpan.FromMilliseconds(60);

    public static async Task SendAsync(HttpContext http, RegistryAnswer answer, RecordedRequest record, TimeProvider clock)
    {
        if (answer.CutAfter == -1)
        {
            http.Abort();
            return;
        }

        if (answer.StallAfter == -1)
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, http.RequestAborted).ConfigureAwait(false);
        var response = http.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        var mayHaveBody = answer.Status is not (204 or 304);
        var length = answer.DeclaredLength ?? answer.Length;
        if (!answer.HidesLength && mayHaveBody)
            response.ContentLength = length;
        if (!mayHaveBody || HttpMethods.IsHead(http.Request.Method))
            return;
        await CopyAsync(http, answer, record, clock, Math.Min(length, answer.Length)).ConfigureAwait(false);

        // More was promised than there is.
        if (length > answer.Length)
            await CutAsync(http).ConfigureAwait(false);
    }

    private static async Task CopyAsync(HttpContext http, RegistryAnswer answer, RecordedRequest record, TimeProvider clock, long length)
    {
        var stop = Math.Min(length, Math.Min(answer.CutAfter ?? length, answer.StallAfter ?? length));
        var piece = answer.Drips ? DripBytes : PieceBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(piece);
        var content = answer.Stored?.Open(answer.From);
        try
        {
            for (var sent = 0L; sent < stop;)
            {
                var read = (int)Math.Min(piece, stop - sent);
                if (content is null)
                    answer.Body.Slice((int)sent, read).CopyTo(buffer);
                else
                    read = await content.ReadAsync(buffer.AsMemory(0, read), http.RequestAborted).ConfigureAwait(false);
                if (read == 0)
                    throw new AnswerCutException();
                if (answer.CorruptAt is { } at && at >= sent && at < sent + read)
                    buffer[at - sent] ^= 0xff;

                // A client that has the bytes must find them counted.
                record.CountSent(read);
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted).ConfigureAwait(false);
                sent += read;
                if (answer.Drips)
                    await Task.Delay(BetweenDrips, clock, http.RequestAborted).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (content is not null)
                await content.DisposeAsync().ConfigureAwait(false);
        }

        if (answer.StallAfter < length)
        {
            await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, http.RequestAborted).ConfigureAwait(false);
        }

        if (answer.CutAfter < length)
            await CutAsync(http).ConfigureAwait(false);
    }

    private static async Task CutAsync(HttpContext http)
    {
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);

        // After an error in a started answer the server sends what was written and then closes the connection. To abort it would take
        // away whatever has not been sent yet.
        throw new AnswerCutException();
    }
}
