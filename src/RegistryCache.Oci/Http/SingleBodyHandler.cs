namespace RegistryCache.Oci.Http;

/// <summary>Sends the body of a blob once. The registry keeps what arrived of it, so a handler of the application that repeats the request
/// would send bytes that the registry has already. The upload repeats it instead, from where the registry stands.</summary>
internal sealed class SingleBodyHandler(TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Two of these can be in one pipeline. The outer one decides.
        if (request.Content is not BlobSourceContent body || !body.IsWatchedBy(this))
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!body.IsFirstSend())
            throw new RepeatedBodyException(body.FirstEnd);
        var started = time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            body.FirstEnd = new BodyEnd((int)response.StatusCode, null, time.GetElapsedTime(started));
            return response;
        }
        catch (Exception e)
        {
            body.FirstEnd = new BodyEnd(null, e, time.GetElapsedTime(started));
            throw;
        }
    }
}
