namespace RegistryCache.Oci.Registry;

/// <summary>The source of message handlers: this library's own, or those of a container's factory.</summary>
internal interface IHandlerSource : IDisposable
{
    HttpMessageInvoker Invoker(bool insecure);
}
