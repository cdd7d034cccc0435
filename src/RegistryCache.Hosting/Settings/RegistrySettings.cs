using RegistryCache.Oci;

namespace RegistryCache.Hosting;

/// <summary>The settings of the registry client, see <see cref="RegistryClientOptions"/>. <see langword="null"/> means the
/// default.</summary>
public sealed class RegistrySettings
{
    /// <inheritdoc cref="RegistryClientOptions.MaxAttempts"/>
    public int? MaxAttempts { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.RetryDelay"/>
    public TimeSpan? RetryDelay { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.MaxRetryDelay"/>
    public TimeSpan? MaxRetryDelay { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.RetryBudget"/>
    public TimeSpan? RetryBudget { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.ChunkedUploads"/>
    public bool? ChunkedUploads { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.UploadChunkBytes"/>
    public int? UploadChunkBytes { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.MaxUploadChunkBytes"/>
    public int? MaxUploadChunkBytes { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.ExpectContinueBytes"/>
    public long? ExpectContinueBytes { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.ParallelRanges"/>
    public int? ParallelRanges { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.ParallelBelowRate"/>
    public long? ParallelBelowRate { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.ParallelRangeBytes"/>
    public int? ParallelRangeBytes { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.StallTimeout"/>
    public TimeSpan? StallTimeout { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.MinimumRate"/>
    public long? MinimumRate { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.MinimumRateWindow"/>
    public TimeSpan? MinimumRateWindow { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.ConnectTimeout"/>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.TlsHandshakeTimeout"/>
    public TimeSpan? TlsHandshakeTimeout { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.MaxConnectionsPerHost"/>
    public int? MaxConnectionsPerHost { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.UseProxy"/>
    public bool? UseProxy { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.UserAgent"/>
    public string? UserAgent { get; set; }

    /// <inheritdoc cref="RegistryClientOptions.TrustedTokenHosts"/>
    public IList<string> TrustedTokenHosts { get; } = [];

    /// <summary>Hosts, with their ports if they have one, that are used with plain HTTP.</summary>
    public IList<string> PlainHttpHosts { get; } = [];

    /// <summary>PEM files with certificate authorities to trust in addition to the system's.</summary>
    public IList<string> CertificateAuthorityFiles { get; } = [];

    /// <summary>The URL of the proxy. <see langword="null"/> (default) means the system's, see
    /// <see cref="RegistryClientOptions.Proxy"/>.</summary>
    public Uri? Proxy { get; set; }
}
