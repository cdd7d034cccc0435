using System.Net;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Registry;

/// <summary>Sends requests to token servers. It has its own retries, always checks certificates and never follows redirects.</summary>
internal sealed class TokenSender(IHandlerSource handlers, TransportSettings settings)
{
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, Func<HttpRequestMessage> create,
        CancellationToken cancellationToken)
    {
        var schedule = settings.NewSchedule();
        while (true)
        {
            TimeSpan? delay;
            RegistryTransferException? failure = null;
            try
            {
                var response = await OnceAsync(request, create, cancellationToken).ConfigureAwait(false);
                var status = (int)response.StatusCode;
                if (status is >= 300 and < 400)
                {
                    response.Dispose();
                    throw RegistryTransport.Protocol($"The token server {settings.Secrets.RemoveFrom(request.Uri.Authority)} sent a "
                        + "redirect. Credentials are not sent to another URL.");
                }

                delay = RetrySchedule.IsTransient(status) ? schedule.Fail(RetryAfter.Read(response, settings.Time)) : null;
                if (delay is null)
                    return response;
                response.Dispose();
            }
            catch (RegistryTransferException e) when (e.IsTransient)
            {
                delay = schedule.Fail(null);
                if (delay is null)
                    throw;
                failure = e;
            }

            settings.Telemetry.Retries.Add(
                1, new("server.address", request.Uri.IdnHost), new("http.request.method", request.Method.Method));
            var server = settings.Secrets.RemoveFrom(request.Uri.Authority);
            if (failure is { NeverConnected: true } && schedule.Failures == 1)
            {
                OciLog.NotReached(
                    settings.Logger, $"The token server {server}", failure.Message, schedule.Failures + 1, delay.Value.TotalSeconds);
            }
            else
                OciLog.Retrying(settings.Logger, "token", server, "transient failure", schedule.Failures + 1, delay.Value.TotalSeconds);
            await Task.Delay(delay.Value, settings.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(RegistryRequest request, Func<HttpRequestMessage> create,
        CancellationToken cancellationToken)
    {
        using var stall = settings.NewTimer(cancellationToken);
        using var activity = RequestTelemetry.Start(request, request.Uri, settings.Secrets);
        var started = settings.Time.GetTimestamp();
        using var message = create();
        request.IsSentTo(request.Uri, message.Headers.Authorization);
        message.Version = HttpVersion.Version11;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        message.Headers.TryAddWithoutValidation("User-Agent", settings.UserAgent);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        try
        {
            var response = await handlers.Invoker(false).SendAsync(message, stall.Token).ConfigureAwait(false);
            try
            {
                // Small, and read under the same timer. The cap is far above the size of any token.
                await response.Content.LoadIntoBufferAsync(1 << 20, stall.Token).ConfigureAwait(false);
                RequestTelemetry.Stop(
                    settings.Telemetry, activity, request, request.Uri, response, null, settings.Time.GetElapsedTime(started));
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is not (RegistryCacheException or ObjectDisposedException))
        {
            RequestTelemetry.Stop(settings.Telemetry, activity, request, request.Uri, null, e, settings.Time.GetElapsedTime(started));
            cancellationToken.ThrowIfCancellationRequested();
            throw TransferFailures.From(
                e, request, request.Uri, stall.IsStalled, settings, elapsed: settings.Time.GetElapsedTime(started));
        }
    }
}
