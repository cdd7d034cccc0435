namespace RegistryCache.Oci.Registry;

/// <summary>The source of message handlers: this library's own, or those of an <see cref="IHttpMessageHandlerFactory"/>.</summary>
internal interface IHandlerSource : IDisposable
{
    HttpMessageInvoker Invoker(bool insecure);
}
