using RegistryCache.Core.Layers;

namespace RegistryCache.Compression;

/// <summary>The codecs of this package.</summary>
public static class BuiltInCodecs
{
    /// <summary>All codecs, in the order in which a <see cref="LayerCodecSet"/> must ask them: estargz before gzip, uncompressed last.</summary>
    public static IReadOnlyList<ILayerCodec> Create() => [new EStargzCodec(), new GzipCodec(), new ZstdCodec(), new UncompressedCodec()];

    /// <summary>A set of all codecs of this package.</summary>
    public static LayerCodecSet CreateSet() => new(Create());
}
