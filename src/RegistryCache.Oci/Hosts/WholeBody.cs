using RegistryCache.Core.Streams;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Hosts;

/// <summary>Reads whole answers: capped, with the stall timer, and requested again if the connection breaks.</summary>
internal static class WholeBody
{
    /// <summary>Gets a 200 with its body, or a 404 without. The caller disposes the exchange.</summary>
    public static async Task<(RegistryExchange Exchange, byte[] Bytes)> GetAsync(
        RegistryTransport transport, RegistryRequest request, long maxBytes, string what, string? limitName,
        CancellationToken cancellationToken)
    {
        var schedule = transport.Settings.NewSchedule();
        while (true)
        {
            var exchange = await transport.SendAsync(request, [200, 404], cancellationToken).ConfigureAwait(false);
            RegistryCacheException failure;
            try
            {
                return (exchange, exchange.Status == 404
                    ? [] : await ReadAsync(exchange, maxBytes, what, limitName).ConfigureAwait(false));
            }
            catch (Exception e) when (e is IOException or HttpRequestException
                || (e is OperationCanceledException && exchange.Stall.IsStalled))
            {
                failure = TransferFailures.From(e, request, request.Uri, exchange.Stall.IsStalled, transport.Settings,
                    exchange.Stall.IsSlow);
                transport.Broke(exchange);
                exchange.Dispose();
            }
            catch
            {
                exchange.Dispose();
                throw;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!await transport.WaitAsync(request, schedule, null, null, failure, cancellationToken).ConfigureAwait(false))
                throw failure;
        }
    }

    private static async Task<byte[]> ReadAsync(RegistryExchange exchange, long maxBytes, string what, string? limitName)
    {
        var content = exchange.Response.Content;
        if (content.Headers.ContentLength > maxBytes)
            throw new LimitExceededException(what, limitName, maxBytes, content.Headers.ContentLength);
        var stream = await content.ReadAsStreamAsync(exchange.Stall.Token).ConfigureAwait(false);
        return await BoundedRead.ToArrayAsync(new ExchangeBody(stream, exchange.Stall), maxBytes, what, limitName, exchange.Stall.Token)
            .ConfigureAwait(false);
    }
}
