namespace RegistryCache.Oci;

/// <summary>What <see cref="OciLayoutStore.ResetAsync"/> may remove, and how much it reads to decide.</summary>
public sealed class LayoutResetOptions
{
    /// <summary>
    /// Blobs that were written or pushed again within this time stay, because an export that runs at the same time may still need them.
    /// Default: 1 hour. Zero removes them at once, as BuildKit does, which can lose the blobs of such an export.
    /// </summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The maximum number of manifests and indexes to follow. Default: 100,000.</summary>
    public int MaxManifests { get; init; } = 100_000;

    /// <summary>The maximum size of a manifest to read, in bytes. Default: 64 MiB.</summary>
    public long MaxManifestBytes { get; init; } = 64L << 20;
}
