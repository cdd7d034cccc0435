using RegistryCache.Layers;

namespace RegistryCache.Compression;

/// <summary>The codecs of this package.</summary>
internal static class BuiltInCodecs
{
    /// <summary>
    /// All codecs, in the order in which a <see cref="LayerCodecSet"/> must ask them: estargz before gzip, uncompressed last.
    /// </summary>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    public static IReadOnlyList<ILayerCodec> Create(CompressionOptions? options = null) =>
        [new EStargzCodec(), new GzipCodec(), new ZstdCodec(options), new UncompressedCodec()];

    /// <summary>A set of all codecs of this package.</summary>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    public static LayerCodecSet CreateSet(CompressionOptions? options = null) => new(Create(options));
}
