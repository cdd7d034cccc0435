namespace RegistryCache.Oci.Http;

/// <summary>One answer with the timer that watches its body.</summary>
internal sealed class RegistryExchange(HttpResponseMessage response, StallTimer stall) : IDisposable
{
    public HttpResponseMessage Response { get; } = response;

    public StallTimer Stall { get; } = stall;

    public int Status => (int)Response.StatusCode;

    /// <summary>A header exactly as it was sent. The framework's parsed Location would have changed escapes.</summary>
    public string? Header(string name) =>
        Response.Headers.NonValidated.TryGetValues(name, out var values)
            ? values.Select(static value => value.Trim()).FirstOrDefault() : null;

    public void Dispose()
    {
        Response.Dispose();
        Stall.Dispose();
    }
}
