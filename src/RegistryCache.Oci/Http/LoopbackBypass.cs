using System.Net;

namespace RegistryCache.Oci.Http;

/// <summary>A proxy for everything but loopback. It hands out the proxy's URL without the user and password in it, which the framework would show in messages.</summary>
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
