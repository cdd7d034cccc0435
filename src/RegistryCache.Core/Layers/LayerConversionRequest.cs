namespace RegistryCache.Core.Layers;

/// <summary>What a layer is to become.</summary>
/// <param name="Compression">The codec to end in.</param>
/// <param name="Level">The level, or <see langword="null"/> for the codec's default.</param>
/// <param name="Force">Whether a layer that has a blob may be converted at all. Without it every blob is kept as it is.</param>
internal sealed record LayerConversionRequest(LayerCompression Compression, int? Level = null, bool Force = false);
