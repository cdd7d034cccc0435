using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>Puts an answer on the wire with whatever is wrong with it.</summary>
internal static class AnswerSender
{
    private static readonly TimeSpan BetweenDrips = TimeSpan.FromMilliseconds(60);

    public static async Task SendAsync(HttpContext http, RegistryAnswer answer, TimeProvider clock)
    {
        if (answer.CutAfter == -1)
        {
            http.Abort();
            return;
        }

        if (answer.StallAfter == -1)
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        var response = http.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        var hasBody = answer.Status is not (204 or 304) && !HttpMethods.IsHead(http.Request.Method);
        var length = answer.DeclaredLength ?? answer.Length;
        if (!answer.HidesLength && answer.Status is not (204 or 304))
            response.ContentLength = length;
        if (!hasBody || answer.Body is null)
            return;
        await using (answer.Body)
            await CopyAsync(http, answer, clock, Math.Min(length, answer.Length));

        // More was promised than there is.
        if (length > answer.Length)
            await CutAsync(http);
    }

    private static async Task CopyAsync(HttpContext http, RegistryAnswer answer, TimeProvider clock, long length)
    {
        var stop = Math.Min(answer.CutAfter ?? length, answer.StallAfter ?? length);
        var buffer = ArrayPool<byte>.Shared.Rent(answer.Drips ? 512 : 65536);
        try
        {
            for (var sent = 0L; sent < Math.Min(stop, length);)
            {
                var piece = (int)Math.Min(answer.Drips ? 512 : 65536, Math.Min(stop, length) - sent);
                var read = await answer.Body!.ReadAsync(buffer.AsMemory(0, piece), http.RequestAborted);
                if (read == 0)
                    break;
                if (answer.CorruptAt is { } at && at >= sent && at < sent + read)
                    buffer[at - sent] ^= 0xff;
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                sent += read;
                if (answer.Drips)
                    await Task.Delay(BetweenDrips, clock, http.RequestAborted);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (answer.StallAfter < length)
        {
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }

        if (answer.CutAfter < length)
            await CutAsync(http);
    }

    private static async Task CutAsync(HttpContext http)
    {
        await http.Response.Body.FlushAsync(http.RequestAborted);

        // After an error in a started answer the server sends what was written and then closes the connection. To abort it would take
        // away whatever has not been sent yet.
        throw new AnswerCutException();
    }
}
