using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.Errors;

namespace RegistryCache.Oci;

/// <summary>The options of a <see cref="RegistryClient"/>. They are read once, when the client is created.</summary>
public sealed record RegistryClientOptions
{
    /// <summary>Who knows the credentials. By default nobody: requests are anonymous.</summary>
    public CredentialProvider Credentials { get; init => field = Option.NotNull(value); } = CredentialProvider.Anonymous;

    /// <summary>The clock for all delays and timeouts. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init => field = Option.NotNull(value); } = TimeProvider.System;

    /// <summary>The factory of loggers. Default: no logging.</summary>
    public ILoggerFactory LoggerFactory { get; init => field = Option.NotNull(value); } = NullLoggerFactory.Instance;

    /// <summary>How transient failures are retried.</summary>
    public RetryOptions Retry { get; init => field = Option.NotNull(value); } = new();

    /// <summary>Options for uploads of blobs.</summary>
    public UploadOptions Upload { get; init => field = Option.NotNull(value); } = new();

    /// <summary>Options for downloads of blobs.</summary>
    public DownloadOptions Download { get; init => field = Option.NotNull(value); } = new();

    /// <summary>The maximum time without any byte sent or received before an exchange is ended. After a body was sent, the answer may take
    /// five times as long. Default 60 s, above 0.</summary>
    public TimeSpan StallTimeout { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(60);

    /// <summary>The minimum rate of a transfer in bytes per second, measured over <see cref="MinimumRateWindow"/>. A slower transfer is
    /// ended like a stalled one, and resumed. Only time spent waiting for the network counts, not the time of the reader. Default 1024, 0
    /// or more. 0 allows any rate.</summary>
    public long MinimumRate { get; init => field = Option.AtLeast(value, 0); } = 1024;

    /// <summary>The time over which <see cref="MinimumRate"/> is measured. Default 60 s, above 0.</summary>
    public TimeSpan MinimumRateWindow { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(60);

    /// <summary>The maximum time to connect. Default 30 s, above 0.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The maximum time of the TLS handshake if the insecure option can fall back to HTTP. Default 10 s, above 0. Source: BuildKit
    /// util/resolver/resolver.go.</summary>
    public TimeSpan TlsHandshakeTimeout { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of connections to one host at a time. Blob downloads are counted separately from all other requests, so
    /// a copy inside one registry cannot block itself. Default 16, 1 to 256. An open blob counts until it is disposed.</summary>
    public int MaxConnectionsPerHost { get; init => field = Option.InRange(value, 1, 256); } = 16;

    /// <summary>Decides for a host (with its port) whether to use plain HTTP. If it returns <see langword="null"/>, the default applies:
    /// HTTP for <c>localhost</c>, 127.0.0.0/8 and ::1, HTTPS otherwise.</summary>
    public Func<string, bool?>? UsePlainHttp { get; init; }

    /// <summary>Certificate authorities to trust in addition to the system's.</summary>
    public X509Certificate2Collection CertificateAuthorities { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Client certificates, with their private keys, for servers that ask for one. If there are several, the one that matches the
    /// server's list of authorities is used, otherwise the first. A single client certificate can come with intermediate certificates,
    /// which have no private key and are sent along.</summary>
    public X509Certificate2Collection ClientCertificates { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Token servers, as host or host:port, that may receive a registry's credentials although they have another domain.</summary>
    public IReadOnlyCollection<string> TrustedTokenHosts { get; init => field = Option.NotNull(value); } = [];

    /// <summary>The proxy, with its credentials. <see langword="null"/> (default) means <see cref="HttpClient.DefaultProxy"/>: the system's
    /// settings, and outside Windows and macOS <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c>. Loopback hosts
    /// never use a proxy.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Whether to use a proxy. Default <see langword="true"/>.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>Wraps or replaces the handler that sends requests. Use it to add your own handlers. Called once per kind of connection. The
    /// returned handler must not follow redirects, store cookies or time out.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler>? ConfigureHandler { get; init; }

    /// <summary>The <c>User-Agent</c> header. Default <c>registry-cache</c>.</summary>
    public string UserAgent { get; init => field = Option.NotEmpty(value); } = "registry-cache";

    internal void Validate()
    {
        if (ClientCertificates.Count > 0 && !ClientCertificates.Any(static certificate => certificate.HasPrivateKey))
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"{nameof(ClientCertificates)} has no certificate with a private key. Load one from PKCS #12, or from PEM with its key.");
        }

        Retry.Validate();
        Upload.Validate();
    }
}
