namespace RegistryCache.Hosting;

/// <summary>The settings of what is read of a foreign cache, see <see cref="CacheFormatLimits"/>. <see langword="null"/> means the
/// default.</summary>
public sealed class LimitSettings
{
    /// <inheritdoc cref="CacheFormatLimits.MaxManifestBytes"/>
    public long? MaxManifestBytes { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxConfigBytes"/>
    public long? MaxConfigBytes { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxRecords"/>
    public int? MaxRecords { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxLayers"/>
    public int? MaxLayers { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxLinks"/>
    public int? MaxLinks { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxChildManifests"/>
    public int? MaxChildManifests { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxClockSkew"/>
    public TimeSpan? MaxClockSkew { get; set; }

    /// <inheritdoc cref="CacheFormatLimits.MaxMergeSteps"/>
    public long? MaxMergeSteps { get; set; }
}
