namespace RegistryCache;

/// <summary>How to read a layer.</summary>
public sealed class LayerReadOptions
{
    /// <summary>The limits on what a layer may decompress to.</summary>
    public LayerDecodeLimits Limits { get; init; } = new();
}
