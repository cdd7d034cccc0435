namespace RegistryCache.Hosting;

/// <summary>The settings of decoding and converting layers, see <see cref="LayerOptions"/>. <see langword="null"/> means the
/// default.</summary>
public sealed class LayerSettings
{
    /// <inheritdoc cref="LayerOptions.Cores"/>
    public int? Cores { get; set; }

    /// <inheritdoc cref="LayerOptions.SpoolDirectory"/>
    public string? SpoolDirectory { get; set; }

    /// <inheritdoc cref="LayerOptions.MaxDecodedBytes"/>
    public long? MaxDecodedBytes { get; set; }

    /// <inheritdoc cref="LayerOptions.MaxRatio"/>
    public int? MaxRatio { get; set; }

    /// <inheritdoc cref="LayerOptions.RatioGraceBytes"/>
    public long? RatioGraceBytes { get; set; }
}
