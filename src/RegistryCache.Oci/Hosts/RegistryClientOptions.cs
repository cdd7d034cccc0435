using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci;

/// <summary>The options of a <see cref="RegistryClient"/>. They are read once, when the client is created.</summary>
public sealed record RegistryClientOptions
{
    /// <summary>Who knows the credentials. By default nobody: requests are anonymous.</summary>
    public ICredentialProvider Credentials { get; init => field = Option.NotNull(value); } = CredentialProvider.Anonymous;

    /// <summary>The clock for all delays and timeouts. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init => field = Option.NotNull(value); } = TimeProvider.System;

    /// <summary>The factory of loggers. Default: no logging.</summary>
    public ILoggerFactory LoggerFactory { get; init => field = Option.NotNull(value); } = NullLoggerFactory.Instance;

    /// <summary>Who makes the meter. Default, <see langword="null"/>: one meter for the process.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>How often one step is tried without progress. Progress means 16 KiB of new bytes or more. Default 6, at least 1.</summary>
    public int MaxAttempts { get; init => field = Option.AtLeast(value, 1); } = 6;

    /// <summary>The delay before the first retry. Each later delay is twice as long, and a random part of up to one half is subtracted.
    /// Default 500 ms, above 0.</summary>
    public TimeSpan RetryDelay { get; init => field = Option.Positive(value); } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay that the client chooses. A registry can ask for more with <c>Retry-After</c>. Default 20 s, at least
    /// <see cref="RetryDelay"/>.</summary>
    public TimeSpan MaxRetryDelay { get; init => field = Option.Positive(value); } = TimeSpan.FromSeconds(20);

    /// <summary>The time after the first failure in which a step must make progress. A <c>Retry-After</c> beyond this time makes the step
    /// fail at once. Default 2 minutes, 0 or more.</summary>
    public TimeSpan RetryBudget { get; init => field = Option.NotNegative(value); } = TimeSpan.FromMinutes(2);

    /// <summary>Whether blobs are sent in chunks from the start. Default <see langword="false"/>: one PUT for the whole blob, which every
    /// registry accepts. Chunks are then used only to continue after a broken connection, or if a registry refuses the single
    /// PUT.</summary>
    public bool ChunkedUploads { get; init; }

    /// <summary>The size of a chunk in bytes. Default 16 MiB, at least 64 KiB. A registry's minimum can raise it, and a refusal lowers
    /// it.</summary>
    public int UploadChunkBytes { get; init => field = Option.AtLeast(value, 64 << 10); } = 16 << 20;

    /// <summary>The largest minimum chunk size that is accepted from a registry's <c>OCI-Chunk-Min-Length</c>. Default 512 MiB, at least
    /// <see cref="UploadChunkBytes"/>.</summary>
    public int MaxUploadChunkBytes { get; init => field = Option.AtLeast(value, 64 << 10); } = 512 << 20;

    /// <summary>Bodies of at least this size are sent with <c>Expect: 100-continue</c>, so a registry can refuse before the bytes are sent.
    /// Default 1 MiB, 0 or more.</summary>
    public long ExpectContinueBytes { get; init => field = Option.AtLeast(value, 0); } = 1 << 20;

    /// <summary>The most ranges of one large blob that are read in parallel. Default 8, 1 to 16; 1 means one connection per blob. Each
    /// range is held in memory.</summary>
    public int ParallelRanges { get; init => field = Option.InRange(value, 1, 16); } = 8;

    /// <summary>The rate in bytes per second below which one connection is too slow: the rest of the blob is then read in parallel ranges,
    /// because many registries and proxies limit each connection. Default 50,000,000, 0 or more. <see cref="long.MaxValue"/> reads every
    /// large blob in parallel from its first byte, 0 none.</summary>
    public long ParallelBelowRate { get; init => field = Option.AtLeast(value, 0); } = 50_000_000;

    /// <summary>The size in bytes of a range that is read in parallel with others. Default 4 MiB, 64 KiB to 64 MiB.</summary>
    public int ParallelRangeBytes { get; init => field = Option.InRange(value, 64 << 10, 64 << 20); } = 4 << 20;

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

    /// <summary>The maximum number of requests to one host at a time. Each has a connection of its own, but short ones share one where the
    /// host offers HTTP/2. Blob downloads are counted separately from all other requests, so a copy inside one registry cannot block
    /// itself. Default 16, 1 to 256. An open blob counts until it is disposed.</summary>
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

    /// <summary>The seed of the jitter, for tests. <see langword="null"/> (default) means random.</summary>
    internal int? JitterSeed { get; init; }

    internal RetryPolicy Retry => new(MaxAttempts, RetryDelay, MaxRetryDelay, RetryBudget);

    internal void Validate()
    {
        if (ClientCertificates.Count > 0 && !ClientCertificates.Any(static certificate => certificate.HasPrivateKey))
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                $"{nameof(ClientCertificates)} has no certificate with a private key. Load one from PKCS #12, or from PEM with its key.");
        }

        if (MaxRetryDelay < RetryDelay)
            throw Option.Invalid(nameof(MaxRetryDelay), MaxRetryDelay, $"at least {nameof(RetryDelay)}");
        if (MaxUploadChunkBytes < UploadChunkBytes)
            throw Option.Invalid(nameof(MaxUploadChunkBytes), MaxUploadChunkBytes, $"at least {nameof(UploadChunkBytes)}");
    }

    /// <summary>The options on one line. Credentials and the proxy are not shown.</summary>
    public override string ToString() =>
        $"{nameof(MaxAttempts)} = {MaxAttempts}, {nameof(RetryDelay)} = {RetryDelay}, {nameof(MaxRetryDelay)} = {MaxRetryDelay}, "
        + $"{nameof(RetryBudget)} = {RetryBudget}, {nameof(StallTimeout)} = {StallTimeout}, {nameof(MinimumRate)} = {MinimumRate}, "
        + $"{nameof(MinimumRateWindow)} = {MinimumRateWindow}, {nameof(ConnectTimeout)} = {ConnectTimeout}, "
        + $"{nameof(MaxConnectionsPerHost)} = {MaxConnectionsPerHost}, {nameof(ParallelRanges)} = {ParallelRanges}, "
        + $"{nameof(ChunkedUploads)} = {ChunkedUploads}, {nameof(UploadChunkBytes)} = {UploadChunkBytes}, "
        + $"{nameof(CertificateAuthorities)} = {CertificateAuthorities.Count}, {nameof(ClientCertificates)} = {ClientCertificates.Count}, "
        + $"{nameof(TrustedTokenHosts)} = {ListText.Of(TrustedTokenHosts)}, {nameof(UseProxy)} = {UseProxy}, "
        + $"{nameof(UserAgent)} = {UserAgent}";
}
