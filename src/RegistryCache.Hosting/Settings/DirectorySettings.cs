using RegistryCache.Oci;

namespace RegistryCache.Hosting;

/// <summary>The settings of OCI layout directories, see <see cref="OciLayoutOptions"/>. <see langword="null"/> means the default.</summary>
public sealed class DirectorySettings
{
    /// <inheritdoc cref="OciLayoutOptions.LockWait"/>
    public TimeSpan? LockWait { get; set; }

    /// <inheritdoc cref="OciLayoutOptions.ReadOnly"/>
    public bool? ReadOnly { get; set; }

    /// <inheritdoc cref="OciLayoutOptions.MaxIndexBytes"/>
    public long? MaxIndexBytes { get; set; }

    /// <inheritdoc cref="OciLayoutOptions.IngestGracePeriod"/>
    public TimeSpan? IngestGracePeriod { get; set; }

    /// <inheritdoc cref="OciLayoutOptions.ResetGracePeriod"/>
    public TimeSpan? ResetGracePeriod { get; set; }

    /// <inheritdoc cref="OciLayoutOptions.MaxManifests"/>
    public int? MaxManifests { get; set; }

    /// <inheritdoc cref="OciLayoutOptions.MaxManifestBytes"/>
    public long? MaxManifestBytes { get; set; }
}
