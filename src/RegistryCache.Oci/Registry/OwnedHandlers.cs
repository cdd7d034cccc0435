using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Registry;

internal sealed class OwnedHandlers(RegistryClientOptions options, TlsProbe probe) : IHandlerSource
{
    private readonly Lazy<HttpMessageInvoker> _secure = new(() => Create(options, null));
    private readonly Lazy<HttpMessageInvoker> _insecure = new(() => Create(options, probe));

    public HttpMessageInvoker Invoker(bool insecure) => insecure ? _insecure.Value : _secure.Value;

    public void Dispose()
    {
        foreach (var invoker in new[] { _secure, _insecure })
        {
            if (invoker.IsValueCreated)
                invoker.Value.Dispose();
        }
    }

    private static HttpMessageInvoker Create(RegistryClientOptions options, TlsProbe? probe)
    {
        var handler = HandlerFactory.Create(options, probe);
        return new HttpMessageInvoker(
            handler is SocketsHttpHandler ? new SingleBodyHandler(options.TimeProvider) { InnerHandler = handler } : handler,
            disposeHandler: true);
    }
}
