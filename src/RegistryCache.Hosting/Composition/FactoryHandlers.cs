using RegistryCache.Oci.Registry;

namespace RegistryCache.Hosting.Composition;

/// <summary>The handlers of a container's factory. It replaces them regularly, so the invoker asks it for each request.</summary>
internal sealed class FactoryHandlers(IHttpMessageHandlerFactory factory, string cache) : IHandlerSource
{
    public HttpMessageInvoker Invoker(bool insecure) => new(new FromFactory(factory, HttpClientNames.Of(cache, insecure)));

    public void Dispose()
    {
    }

    private sealed class FromFactory(IHttpMessageHandlerFactory factory, string name) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var invoker = new HttpMessageInvoker(factory.CreateHandler(name), disposeHandler: false);
            return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
