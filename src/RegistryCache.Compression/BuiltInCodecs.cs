using RegistryCache.Layers;

namespace RegistryCache.Compression;

/// <summary>The codecs of this package.</summary>
internal static class BuiltInCodecs
{
    /// <summary>All codecs of this package.</summary>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    public static IReadOnlyList<ILayerCodec> Create(CompressionOptions? options = null) =>
        [new GzipCodec(), new ZstdCodec(options), new EStargzCodec(), new UncompressedCodec()];

    /// <summary>A set of all codecs of this package.</summary>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    public static LayerCodecSet CreateSet(CompressionOptions? options = null) => new(Create(options));
}
