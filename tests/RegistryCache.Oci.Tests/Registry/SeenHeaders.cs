using System.Collections.Concurrent;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>A user's own handler that records the headers of every request.</summary>
internal sealed class SeenHeaders
{
    public ConcurrentQueue<string> Headers { get; } = new();

    public HttpMessageHandler Around(HttpMessageHandler inner) => new Handler(Headers) { InnerHandler = inner };

    private sealed class Handler(ConcurrentQueue<string> headers) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            foreach (var header in request.Headers)
                headers.Enqueue($"{header.Key}: {string.Join(", ", header.Value)}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
