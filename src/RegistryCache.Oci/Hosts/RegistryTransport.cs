using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Hosts;

/// <summary>Sends a request in this order: retry → pause and slot → is it still wanted → credentials → redirects → one exchange.
/// Only this class knows the order. When a step is repeated, it sends the body again from its source.</summary>
internal sealed class RegistryTransport(RegistryHost host, string repository, TransportSettings settings)
{
    private const int MaxRedirects = 10;
    private const int MaxChallenges = 3;

    /// <summary>The longest body that shares a connection with other requests. On a shared connection a long one would slow them down,
    /// and pass more slowly itself.</summary>
    public const int MaxSharedBytes = 1 << 20;

    public RegistryHost Host { get; } = host;

    public TransportSettings Settings { get; } = settings;

    /// <summary>Sends a request and returns every answer, including errors. Transient errors are returned only after the retries, unless
    /// the caller owns the retry.</summary>
    public async Task<RegistryExchange> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        if (!request.Retry)
            return await UnsharedAsync(request, cancellationToken).ConfigureAwait(false);
        var schedule = Settings.NewSchedule();
        while (true)
        {
            RegistryExchange? exchange = null;
            RegistryCacheException? failure = null;
            try
            {
                exchange = await UnsharedAsync(request, cancellationToken).ConfigureAwait(false);
                if (!RetrySchedule.IsTransient(exchange.Status) || request.AsksOtherwiseAfter.Contains(exchange.Status))
                    return exchange;
            }
            catch (RegistryTransferException e) when (e.IsTransient)
            {
                failure = e;
            }

            var asked = exchange is null ? null : RetryAfter.Read(exchange.Response, Settings.Time);
            if (!await WaitAsync(request, schedule, exchange?.Status, asked, failure, cancellationToken).ConfigureAwait(false))
            {
                if (failure is not null)
                    ExceptionDispatchInfo.Throw(failure);
                return exchange!;
            }

            exchange?.Dispose();
        }
    }

    /// <summary>Sends a request and throws for every answer that is not accepted.</summary>
    public async Task<RegistryExchange> SendAsync(RegistryRequest request, int[] accepted, CancellationToken cancellationToken)
    {
        var exchange = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (Array.IndexOf(accepted, exchange.Status) >= 0)
            return exchange;
        using (exchange)
            throw await FailureAsync(request, exchange, cancellationToken).ConfigureAwait(false);
    }

    public Task<RegistryResponseException> FailureAsync(RegistryRequest request, RegistryExchange exchange,
        CancellationToken cancellationToken) =>
        RegistryErrorReader.ReadAsync(
            request, exchange.Response, exchange.Status is 401 or 403 ? Host.Authenticator.Describe(repository) : null, Settings,
            cancellationToken);

    /// <summary>Waits before the next attempt. Returns false if there is none. After 429 and 503 all requests to the host wait.</summary>
    public async Task<bool> WaitAsync(
        RegistryRequest request, RetrySchedule schedule, int? status, TimeSpan? asked, Exception? failure,
        CancellationToken cancellationToken)
    {
        if (schedule.Fail(asked) is not { } delay)
            return false;
        var reason = status is { } s ? $"status {s}" : failure?.GetType().Name ?? "";
        if (failure is RegistryTransferException { NeverConnected: true } && Host.State.TellsOutage())
            OciLog.NotReached(Settings.Logger, Host.Name, failure.Message, schedule.Failures + 1, delay.TotalSeconds);
        else
            OciLog.Retrying(Settings.Logger, request.Method.Method, Settings.Secrets.Show(request.Uri, request), reason,
                schedule.Failures + 1, delay.TotalSeconds);
        Settings.Telemetry.Retries.Add(1, new("server.address", Host.BaseUri.IdnHost), new("http.request.method", request.Method.Method));
        if (status is 429 or 503)
        {
            Host.State.Pause(delay);
            OciLog.Pausing(Settings.Logger, Host.Name, delay.TotalSeconds);
        }

        await Task.Delay(delay, Settings.Time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Notes that the body of an answer broke. If others share its connection, they lose theirs too.</summary>
    public void Broke(RegistryExchange? exchange)
    {
        if (exchange?.Response.Version.Major >= 2)
            Host.State.SharesConnections = false;
    }

    /// <summary>A server can break its promise of HTTP/2 at once. That is no attempt: only its answer to HTTP/1.1 counts.</summary>
    private async Task<RegistryExchange> UnsharedAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await PacedAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryTransferException e) when (e.BrokeShared
            && (request.Retry || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head))
        {
            return await PacedAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RegistryExchange> PacedAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        if (request.HoldsSlot)
            return await UnpausedAsync(request, cancellationToken).ConfigureAwait(false);

        // The pause is checked while holding the slot, because it may have started while this request waited for the slot.
        await Host.State.Slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await UnpausedAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Host.State.Slots.Release();
        }
    }

    private async Task<RegistryExchange> UnpausedAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        do
        {
            // Rounded up: a wait of less than a millisecond is none, and would be asked for again and again.
            while (Host.State.PauseLeft() is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Settings.Time, cancellationToken)
                    .ConfigureAwait(false);
            }

            if (request.IsStillWanted is { } ask && !await ask(cancellationToken).ConfigureAwait(false))
                throw new OutdatedRequestException();
        }
        while (Host.State.PauseLeft() > TimeSpan.Zero); // The question took time. After a pause its answer is out of date.
        return await AuthenticatedAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RegistryExchange> AuthenticatedAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var scopes = request.Scopes;
        var own = Host.Owns(Host.InCurrentScheme(request.Uri));
        var header = own ? await Host.Authenticator.AuthorizeAsync(Host.BaseUri, repository, scopes, cancellationToken)
            .ConfigureAwait(false) : null;
        for (var challenge = 0; ; challenge++)
        {
            var exchange = await RedirectedAsync(request, header, cancellationToken).ConfigureAwait(false);
            if (exchange.Status != 401 || challenge == MaxChallenges || !Host.Owns(exchange.Response.RequestMessage!.RequestUri!))
                return exchange;
            try
            {
                var answer = await Host.Authenticator.AnswerAsync(exchange.Response, Host.BaseUri, repository, scopes, header,
                    cancellationToken).ConfigureAwait(false);
                if (answer is null)
                    return exchange;
                (header, scopes) = answer.Value;
            }
            catch
            {
                exchange.Dispose();
                throw;
            }

            exchange.Dispose();
        }
    }

    private async Task<RegistryExchange> RedirectedAsync(RegistryRequest request, AuthenticationHeaderValue? header,
        CancellationToken cancellationToken)
    {
        var uri = request.Uri;
        for (var redirects = 0; ; redirects++)
        {
            uri = Host.InCurrentScheme(uri);
            var exchange = await FallingBackAsync(request, uri, Host.Owns(uri) ? header : null, cancellationToken).ConfigureAwait(false);
            if (exchange.Status == 417 && request.ExpectContinue && redirects++ < MaxRedirects)
            {
                exchange.Dispose();
                continue;
            }

            if (exchange.Status is not (301 or 302 or 303 or 307 or 308) || exchange.Header("Location") is not { Length: > 0 } location)
                return exchange;
            using (exchange)
            {
                var safe = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
                if (!safe && exchange.Status is not (307 or 308))
                    throw Protocol($"{Host.Name} redirected a {request.Method} with {exchange.Status}, which would change the method. "
                        + "The redirect was not followed.");
                if (redirects == MaxRedirects)
                    throw Protocol($"{Host.Name} redirected more than {MaxRedirects} times.");
                uri = ResolveLocation(request, uri, location);
            }
        }
    }

    /// <summary>Resolves a redirect or a Location. Refuses to change from HTTPS to plain HTTP.</summary>
    public Uri ResolveLocation(RegistryRequest request, Uri origin, string location)
    {
        var target = RegistryUri.Resolve(origin, location, text => Settings.Secrets.RemoveFrom(text, request));
        if (target.UserInfo.Length > 0)
            throw Protocol($"{Host.Name} sent a Location with a user name in it. It was not followed.");
        if (origin.Scheme != "https" || target.Scheme == "https")
            return target;
        var root = "http://" + target.Authority;
        if (!string.Equals(target.IdnHost, origin.IdnHost, StringComparison.OrdinalIgnoreCase))
            throw Protocol($"{Host.Name} pointed from HTTPS to plain HTTP on {Settings.Secrets.RemoveFrom(target.Authority, request)}. "
                + "This was not followed.");

        // A registry behind a TLS-terminating proxy often does not know that clients use HTTPS.
        return RegistryUri.Create("https://" + origin.Authority + target.OriginalString[root.Length..]);
    }

    private async Task<RegistryExchange> FallingBackAsync(RegistryRequest request, Uri uri, AuthenticationHeaderValue? header,
        CancellationToken cancellationToken)
    {
        if (!Host.MayFallBack || !Host.Owns(uri) || Host.Probe is not { } probe)
            return await OnceAsync(request, uri, header, cancellationToken).ConfigureAwait(false);
        var authority = uri.IdnHost + ":" + uri.Port;
        probe.Reset(authority);
        try
        {
            return await OnceAsync(request, uri, header, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryTransferException e) when (Reason(e, probe.Look(authority)) is { } reason)
        {
            OciLog.FallingBackToHttp(Settings.Logger, Host.Name, reason);
            Host.FallBack();
            return await OnceAsync(request, Host.InCurrentScheme(uri), header, cancellationToken).ConfigureAwait(false);
        }
    }

    private string? Reason(RegistryTransferException failure, (bool Connected, bool SpeaksHttp) seen)
    {
        if (seen.SpeaksHttp)
            return "the peer answered in HTTP";
        var refused = !seen.Connected && Settings.ProxyFor(Host.BaseUri) is null
            && failure.InnerException is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError, InnerException: not TimeoutException
            };
        if (refused && !LoopbackName.HasPort(Host.Name))
            return "the connection was refused";
        var timedOut = failure.InnerException is OperationCanceledException { InnerException: TimeoutException }
            or HttpRequestException { InnerException: OperationCanceledException or TimeoutException };
        return seen.Connected && timedOut ? "the TLS handshake timed out" : null;
    }

    private async Task<RegistryExchange> OnceAsync(RegistryRequest request, Uri uri, AuthenticationHeaderValue? header,
        CancellationToken cancellationToken)
    {
        var stall = Settings.NewTimer(cancellationToken);
        request.IsSentTo(uri, header);
        using var activity = RequestTelemetry.Start(request, uri, Settings.Secrets);
        var started = Settings.Time.GetTimestamp();
        var message = CreateMessage(request, uri, header, stall);

        // A handler of the application can change it.
        var mayShare = message.Version == HttpVersion.Version20;
        try
        {
            ConnectionAttempts.Begin(message);

            // With the framework's telemetry the invoker returns when the headers have arrived. The body is read later.
            var response = await Host.Invoker.SendAsync(message, stall.Token).ConfigureAwait(false);
            response.RequestMessage ??= message;
            stall.Pause();
            Host.State.Reached();
            if (Settings.Logger.IsEnabled(LogLevel.Debug))
                OciLog.Answered(Settings.Logger, request.Method.Method, Settings.Secrets.Show(uri, request), (int)response.StatusCode);
            if (response.Headers.TryGetValues("Warning", out var warnings))
                OciLog.ServerWarning(Settings.Logger, Host.Name,
                    ErrorText.Quote(Settings.Secrets.RemoveFrom(string.Join("; ", warnings), request), 1000));
            RequestTelemetry.Stop(Settings.Telemetry, activity, request, uri, response, null, Settings.Time.GetElapsedTime(started));
            if (response.StatusCode == HttpStatusCode.ExpectationFailed)
                Host.State.RefusesExpect = true;
            return new RegistryExchange(response, stall);
        }
        catch (Exception e)
        {
            var source = message.Options.TryGetValue(SingleBodyHandler.Body, out var body) ? body.SourceFailure : null;
            var stalled = stall.IsStalled;
            message.Dispose();
            stall.Dispose();
            RequestTelemetry.Stop(Settings.Telemetry, activity, request, uri, null, e, Settings.Time.GetElapsedTime(started));
            if (source is not null)
                ExceptionDispatchInfo.Throw(source);
            cancellationToken.ThrowIfCancellationRequested();
            if (e is ObjectDisposedException)
                ExceptionDispatchInfo.Throw(e);
            var failure = TransferFailures.From(
                e, request, uri, stalled, Settings, stall.IsSlow, Settings.Time.GetElapsedTime(started), mayShare);
            if (mayShare && (stalled || HandlerFailure.Find(e) == HandlerFailure.Kind.Cut
                || failure is RegistryTransferException { Code: RegistryCacheErrorCode.RegistryUnreachable, NeverConnected: false }))
                Host.State.SharesConnections = false;
            throw failure;
        }
    }

    private HttpRequestMessage CreateMessage(RegistryRequest request, Uri uri, AuthenticationHeaderValue? header, StallTimer stall)
    {
        var shares = Host.State.SharesConnections && uri.Scheme == "https" && request.BodyBytes <= MaxSharedBytes;
        var message = new HttpRequestMessage(request.Method, uri)
        {
            Version = shares ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Authorization = header;
        message.Headers.TryAddWithoutValidation("User-Agent", Settings.UserAgent);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        foreach (var type in request.Accept)
            message.Headers.TryAddWithoutValidation("Accept", type);
        if (request.RangeStart is { } start)
            message.Headers.Range = new RangeHeaderValue(start, request.RangeEnd);
        if (request.CreateContent is { } create)
            message.Content = create(stall);
        if (message.Content is BlobSourceContent body)
            message.Options.Set(SingleBodyHandler.Body, body);
        if (request.ExpectContinue && !Host.State.RefusesExpect)
            message.Headers.ExpectContinue = true;
        return message;
    }

    public static RegistryTransferException Protocol(string message) => new(RegistryCacheErrorCode.RegistryProtocol, message);
}
