using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Registry;

namespace RegistryCache.Hosting.Composition;

/// <summary>The handlers of a container's factory. It replaces them regularly, so the invoker asks it for each request.</summary>
internal sealed class FactoryHandlers(IHttpMessageHandlerFactory factory, string cache) : IHandlerSource
{
    public HttpMessageInvoker Invoker(bool insecure) => new(new FromFactory(factory, HttpClientNames.Of(cache, insecure)));

    public void Dispose()
    {
    }

    /// <summary>Puts the handler that sees what others repeat next to the network.</summary>
    public static void SendBodiesOnce(HttpMessageHandlerBuilder builder) => builder.AdditionalHandlers.Add(
        new SingleBodyHandler(builder.Services.GetService<TimeProvider>() ?? TimeProvider.System));

    private sealed class FromFactory(IHttpMessageHandlerFactory factory, string name) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var invoker = new HttpMessageInvoker(factory.CreateHandler(name), disposeHandler: false);
            return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
