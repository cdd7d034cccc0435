using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Registry;

/// <summary>Creates the framework's handler with these features off, because this library handles them: redirects, cookies, decompression,
/// credentials. The user's handlers are put around it.</summary>
internal static class HandlerFactory
{
    public static HttpMessageHandler Create(RegistryClientOptions options, TlsProbe? probe)
    {
        var limit = probe is null ? options.ConnectTimeout : options.TlsHandshakeTimeout;
        var attempts = new ConnectionAttempts(limit, probe);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PreAuthenticate = false,
            Credentials = null,
            ConnectTimeout = limit,
            ConnectCallback = attempts.ConnectAsync,
            Expect100ContinueTimeout = TimeSpan.FromMilliseconds(500),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 64,
            EnableMultipleHttp2Connections = true,

            // A connection that went silent leaves the pool also when its requests ended before the stall timeout, as a caller's own
            // deadline does.
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // A small blob then arrives without a pause. The framework's 64 KiB would grow only after the first round trips.
            InitialHttp2StreamWindowSize = RegistryTransport.MaxSharedBytes,
            UseProxy = options.UseProxy,
            Proxy = Proxy(options),
            PlaintextStreamFilter = (context, _) =>
            {
                attempts.Connected(context.InitialRequestMessage);
                return ValueTask.FromResult(context.NegotiatedHttpVersion.Major == 1
                    ? new AnnouncementLimit(context.PlaintextStream) : context.PlaintextStream);
            },
        };
        ClientCertificates.Show(handler.SslOptions, options.ClientCertificates);
        if (probe is not null)
            SkipChecks(handler);
        else if (options.CertificateAuthorities.Count > 0)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                IsTrusted(certificate, chain, errors, options.CertificateAuthorities);
        return options.ConfigureHandler is { } configure
            ? configure(new SingleBodyHandler(options.TimeProvider) { InnerHandler = handler })
            : handler;
    }

    public static IWebProxy? Proxy(RegistryClientOptions options) =>
        options.UseProxy ? new LoopbackBypass(options.Proxy ?? HttpClient.DefaultProxy) : null;

    private static void SkipChecks(SocketsHttpHandler handler)
    {
#pragma warning disable CA5359 // The user asked for it: registry.insecure disables certificate checks.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors,
        X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is null || chain is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
            return false;

        // The name matches and only the root is unknown: build the chain again with the given roots.
        using var custom = new X509Chain();
        custom.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        custom.ChainPolicy.CustomTrustStore.AddRange(authorities);
        custom.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain.ChainElements.Skip(1))
            custom.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = new X509Certificate2(certificate);
        return custom.Build(leaf);
    }
}
