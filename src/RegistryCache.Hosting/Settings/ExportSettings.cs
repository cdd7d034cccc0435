namespace RegistryCache.Hosting;

/// <summary>The settings of exports that are made without options, see <see cref="CacheExportOptions"/>. <see langword="null"/> means the
/// default.</summary>
public sealed class ExportSettings
{
    /// <inheritdoc cref="CacheExportOptions.MaxParallelLayers"/>
    public int? MaxParallelLayers { get; set; }

    /// <inheritdoc cref="CacheExportOptions.MaxParallelSmallLayers"/>
    public int? MaxParallelSmallLayers { get; set; }

    /// <inheritdoc cref="CacheExportOptions.ChecksEveryBlob"/>
    public bool? ChecksEveryBlob { get; set; }

    /// <inheritdoc cref="CacheExportOptions.Oversize"/>
    public OversizePolicy? Oversize { get; set; }

    /// <inheritdoc cref="CacheExportOptions.OversizeThreshold"/>
    public long? OversizeThreshold { get; set; }

    /// <inheritdoc cref="CacheExportOptions.DefaultMode"/>
    public CacheMode? DefaultMode { get; set; }

    /// <inheritdoc cref="CacheExportOptions.AllowDockerTypesForAllCodecs"/>
    public bool? AllowDockerTypesForAllCodecs { get; set; }

    /// <inheritdoc cref="CacheExportOptions.MergeWithExisting"/>
    public bool? MergeWithExisting { get; set; }

    /// <inheritdoc cref="CacheExportOptions.MaxMergeAttempts"/>
    public int? MaxMergeAttempts { get; set; }

    /// <inheritdoc cref="CacheExportOptions.MergeSettleTime"/>
    public TimeSpan? MergeSettleTime { get; set; }

    /// <inheritdoc cref="CacheExportOptions.OverwriteImage"/>
    public bool? OverwriteImage { get; set; }
}
