using System.Net;

namespace RegistryCache.Oci.Http;

/// <summary>A proxy for all hosts except loopback. It returns the proxy's URL without user and password, which the framework would show in
/// messages.</summary>
internal sealed class LoopbackBypass(IWebProxy inner) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => inner.Credentials;
        set => inner.Credentials = value;
    }

    public Uri? GetProxy(Uri destination)
    {
        var proxy = inner.GetProxy(destination);
        return proxy is { UserInfo.Length: > 0 } ? new UriBuilder(proxy) { UserName = "", Password = "" }.Uri : proxy;
    }

    public bool IsBypassed(Uri host) => LoopbackName.Matches(host.Authority) || inner.IsBypassed(host);
}
