using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Hosts;

/// <summary>One registry: its scheme (which the insecure option can change), its authenticator and its state.</summary>
internal sealed class RegistryHost(string name, bool insecure, bool plainHttp, HostState state, HttpMessageInvoker invoker,
    TlsProbe? probe)
{
    private volatile bool _plainHttp = plainHttp;

    public string Name { get; } = name;

    public HostState State { get; } = state;

    public HttpMessageInvoker Invoker { get; } = invoker;

    public TlsProbe? Probe { get; } = probe;

    public Authenticator Authenticator { get; set; } = null!;

    public Uri BaseUri => RegistryUri.Create((_plainHttp ? "http://" : "https://") + Name + "/");

    /// <summary>Whether HTTP may still replace HTTPS.</summary>
    public bool MayFallBack => insecure && !_plainHttp;

    public void FallBack() => _plainHttp = true;

    /// <summary>Whether a URL belongs to the registry itself, so credentials may be sent to it.</summary>
    public bool Owns(Uri uri) => RegistryUri.SameOrigin(uri, BaseUri);

    /// <summary>The URL with the current scheme. A request may have been created before the fallback to HTTP.</summary>
    public Uri InCurrentScheme(Uri uri)
    {
        if (_plainHttp && uri.Scheme == "https"
            && uri.OriginalString.StartsWith("https://" + Name + "/", StringComparison.OrdinalIgnoreCase))
            return RegistryUri.Create("http://" + uri.OriginalString["https://".Length..]);
        return uri;
    }
}
