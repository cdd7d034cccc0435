using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RegistryCache.Oci;

/// <summary>Everything that can be chosen about a <see cref="RegistryClient"/>. Read once, when the client is created.</summary>
public sealed class RegistryClientOptions
{
    /// <summary>Who knows the credentials. By default nobody: requests are anonymous.</summary>
    public ICredentialProvider Credentials { get; set; } = new InMemoryCredentialProvider();

    /// <summary>The clock for every wait. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where messages go. Default nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>How transient failures are met.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>How blobs are sent.</summary>
    public UploadOptions Upload { get; } = new();

    /// <summary>How blobs are read.</summary>
    public DownloadOptions Download { get; } = new();

    /// <summary>How long no byte may move before an exchange is ended; the answer to a body may take five times as long. Default 60 s, above 0.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The least number of bytes a second that a transfer must move over <see cref="MinimumRateWindow"/>; a slower one is ended like
    /// one that stalls, and resumed. Only time counts in which the network is waited for, not time that the reader takes. Default
    /// 1024, 0 or more; 0 allows any rate.
    /// </summary>
    public long MinimumRate { get; set; } = 1024;

    /// <summary>The time over which <see cref="MinimumRate"/> is measured. Default 60 s, above 0.</summary>
    public TimeSpan MinimumRateWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long connecting may take. Default 30 s, above 0.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long TLS may take where the insecure option could fall back to HTTP. Default 10 s, above 0. Source: BuildKit util/resolver/resolver.go.</summary>
    public TimeSpan TlsHandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many connections to one host are in use at a time, counted apart for blobs that are being read and for everything else, so
    /// that a copy inside one registry cannot block itself. Default 8, 1 to 256. A blob that is open counts until it is disposed.
    /// </summary>
    public int MaxConnectionsPerHost { get; set; } = 8;

    /// <summary>
    /// Says for a host (with its port) whether it is spoken to in plain HTTP; <see langword="null"/> from it means the default:
    /// HTTP for <c>localhost</c>, 127.0.0.0/8 and ::1, HTTPS otherwise.
    /// </summary>
    public Func<string, bool?>? UsePlainHttp { get; set; }

    /// <summary>Further certificate authorities to trust, beside the system's.</summary>
    public X509Certificate2Collection CertificateAuthorities { get; } = [];

    /// <summary>
    /// Certificates to show to servers that ask for one, with their private keys. Of several the one is shown that the server's
    /// list of authorities leads to, or else the first. Beside a single one there may be certificates without a key: those between it and its authority, which are sent along.
    /// </summary>
    public X509Certificate2Collection ClientCertificates { get; } = [];

    /// <summary>Token servers, by host or host:port, that may see a registry's credentials although their name is foreign to it.</summary>
    public ICollection<string> TrustedTokenHosts { get; } = [];

    /// <summary>
    /// The proxy, with its credentials; <see langword="null"/> (default) means <see cref="HttpClient.DefaultProxy"/>: the system's
    /// settings, and outside Windows and macOS <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c>. Loopback hosts
    /// never use one.
    /// </summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Whether a proxy is used at all. Default <see langword="true"/>.</summary>
    public bool UseProxy { get; set; } = true;

    /// <summary>
    /// Wraps or replaces the handler that sends requests: the place for handlers of your own. Called once per kind of connection.
    /// What comes back must neither follow redirects nor keep cookies nor time out.
    /// </summary>
    public Func<HttpMessageHandler, HttpMessageHandler>? ConfigureHandler { get; set; }

    /// <summary>The <c>User-Agent</c> header. Default <c>registry-cache</c>.</summary>
    public string UserAgent { get; set; } = "registry-cache";

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Credentials);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(LoggerFactory);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StallTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MinimumRate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MinimumRateWindow, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TlsHandshakeTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnectionsPerHost, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxConnectionsPerHost, 256);
        ArgumentException.ThrowIfNullOrEmpty(UserAgent);
        if (ClientCertificates.Count > 0 && !ClientCertificates.Any(static certificate => certificate.HasPrivateKey))
            throw new ArgumentException("None of the client certificates has its private key: load it from PKCS #12, or from PEM with its key.", nameof(ClientCertificates));
        Retry.Validate();
        Upload.Validate();
        Download.Validate();
    }
}
