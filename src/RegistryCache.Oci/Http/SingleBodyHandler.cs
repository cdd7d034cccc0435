namespace RegistryCache.Oci.Http;

/// <summary>Sends the body of a blob once. The registry keeps what arrived of it, so a handler of the application that repeats the request
/// would send bytes that the registry has already. The upload repeats it instead, from where the registry stands.</summary>
internal sealed class SingleBodyHandler(TimeProvider time) : DelegatingHandler
{
    /// <summary>The body of a request. A handler of the application can put another content around it.</summary>
    public static readonly HttpRequestOptionsKey<BlobSourceContent> Body = new("RegistryCache.Body");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Two of these can be in one pipeline. The outer one decides.
        if (!request.Options.TryGetValue(Body, out var body) || !body.IsWatchedBy(this))
            return await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        if (!body.IsFirstSend())
            throw new RepeatedBodyException(body.FirstEnd);
        var started = time.GetTimestamp();
        try
        {
            var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
            body.FirstEnd = new BodyEnd((int)response.StatusCode, null, time.GetElapsedTime(started));
            return response;
        }
        catch (Exception e)
        {
            body.FirstEnd = new BodyEnd(null, e, time.GetElapsedTime(started));
            throw;
        }
    }

    // The framework ends the body of a request whose HTTP/2 stream broke, and reports that in place of the reason if the body was waiting
    // for its source. What a handler of the application or the caller ends comes through the token, and nothing stands below this one.
    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (InnerHandler is SocketsHttpHandler && !cancellationToken.IsCancellationRequested
            && e.InnerException is not TimeoutException)
        {
            throw new HttpRequestException("The connection broke while the body waited for its source.", e);
        }
    }
}
