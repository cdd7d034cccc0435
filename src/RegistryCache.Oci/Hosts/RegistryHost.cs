using RegistryCache.Oci.Auth;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Hosts;

/// <summary>One registry as we reach it: its scheme, which may be learnt, its authenticator and its state.</summary>
internal sealed class RegistryHost(string name, bool insecure, bool plainHttp, HostState state, HttpMessageInvoker invoker, TlsProbe? probe)
{
    private volatile bool _plainHttp = plainHttp;

    public string Name { get; } = name;

    public HostState State { get; } = state;

    public HttpMessageInvoker Invoker { get; } = invoker;

    public TlsProbe? Probe { get; } = probe;

    public Authenticator Authenticator { get; set; } = null!;

    public Uri BaseUri => RegistryUri.Create((_plainHttp ? "http://" : "https://") + Name + "/");

    /// <summary>Whether HTTPS may still be given up for HTTP.</summary>
    public bool MayFallBack => insecure && !_plainHttp;

    public void FallBack() => _plainHttp = true;

    /// <summary>Whether a URL belongs to the registry itself, so that credentials may go there.</summary>
    public bool Owns(Uri uri) => RegistryUri.SameOrigin(uri, BaseUri);

    /// <summary>The URL in the scheme that is spoken now: a request may have been made before the fallback.</summary>
    public Uri InCurrentScheme(Uri uri)
    {
        if (_plainHttp && uri.Scheme == "https" && uri.OriginalString.StartsWith("https://" + Name + "/", StringComparison.OrdinalIgnoreCase))
            return RegistryUri.Create("http://" + uri.OriginalString["https://".Length..]);
        return uri;
    }
}
