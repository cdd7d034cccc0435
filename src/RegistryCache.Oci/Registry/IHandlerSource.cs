namespace RegistryCache.Oci.Registry;

/// <summary>Where connections come from: our own handlers, or those of an <see cref="IHttpMessageHandlerFactory"/>.</summary>
internal interface IHandlerSource : IDisposable
{
    HttpMessageInvoker Invoker(bool insecure);
}
