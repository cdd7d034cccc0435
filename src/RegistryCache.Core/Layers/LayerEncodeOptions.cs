using RegistryCache.Core.Layers;

namespace RegistryCache.Layers;

/// <summary>How to encode a layer.</summary>
public sealed class LayerEncodeOptions
{
    /// <summary>The level, within <see cref="ILayerCodec.Levels"/>; <see langword="null"/> for the codec's default.</summary>
    public int? Level { get; init; }

    /// <summary>The workers that share the machine's cores among all layers; <see langword="null"/> for workers of this call alone.</summary>
    internal LayerWorkers? Workers { get; init; }
}
