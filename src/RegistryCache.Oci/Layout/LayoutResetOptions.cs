namespace RegistryCache.Oci;

/// <summary>What <see cref="OciLayoutStore.ResetAsync"/> may remove, and how much it reads to find out.</summary>
public sealed class LayoutResetOptions
{
    /// <summary>
    /// Blobs written or pushed again within this time stay, because an export that runs beside may still need them. Default: 1 hour.
    /// Zero does what BuildKit does, which can lose the blobs of such an export.
    /// </summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most manifests and indexes to follow. Default: 100,000.</summary>
    public int MaxManifests { get; init; } = 100_000;

    /// <summary>The largest manifest to read, in bytes. Default: 64 MiB.</summary>
    public long MaxManifestBytes { get; init; } = 64L << 20;
}
