using RegistryCache.Core.Progress;

namespace RegistryCache.Core.Layers;

/// <summary>The compression that a layer shall have. Without <paramref name="Force"/> every blob is kept as it is.</summary>
internal sealed record LayerConversionRequest(
    LayerCompression Compression, int? Level = null, bool Force = false, bool ForOwnLayers = false)
{
    /// <summary>Counts the bytes of layers that are converted; <see langword="null"/> if nobody asks.</summary>
    public ProgressMeter? Progress { get; init; }
}
