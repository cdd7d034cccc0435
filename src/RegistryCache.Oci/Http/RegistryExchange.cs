namespace RegistryCache.Oci.Http;

/// <summary>One answer with the timer that watches its body.</summary>
internal sealed class RegistryExchange(HttpResponseMessage response, StallTimer stall) : IDisposable
{
    public HttpResponseMessage Response { get; } = response;

    public StallTimer Stall { get; } = stall;

    public int Status => (int)Response.StatusCode;

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    public void Dispose()
    {
        Response.Dispose();
        Stall.Dispose();
    }
}
