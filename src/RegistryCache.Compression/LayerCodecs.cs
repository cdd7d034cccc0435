using RegistryCache.Compression;
using RegistryCache.Compression.EStargz;
using RegistryCache.Compression.Gzip;
using RegistryCache.Compression.Uncompressed;
using RegistryCache.Compression.Zstd;
using RegistryCache.Layers;

namespace RegistryCache;

/// <summary>The codecs of this package, all or one by one: <c>builder.UseCodecs(LayerCodecs.Gzip, LayerCodecs.Zstd())</c>.</summary>
public static class LayerCodecs
{
    /// <summary>gzip. Levels: 0 to 9, 6 without a choice.</summary>
    public static ILayerCodec Gzip { get; } = new GzipCodec();

    /// <summary>estargz. Levels: 0 to 9, 6 without a choice.</summary>
    public static ILayerCodec EStargz { get; } = new EStargzCodec();

    /// <summary>The tar as it is.</summary>
    public static ILayerCodec Uncompressed { get; } = new UncompressedCodec();

    /// <summary>zstd. Levels: 0 to 22, 3 without a choice; 0 means 3.</summary>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    public static ILayerCodec Zstd(CompressionOptions? options = null) => new ZstdCodec(options);

    /// <summary>Adds gzip, zstd, estargz and uncompressed.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static BuildCacheBuilder UseCompression(this BuildCacheBuilder builder, CompressionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseCodecs(All(options));
    }

    internal static IReadOnlyList<ILayerCodec> All(CompressionOptions? options = null) => [Gzip, Zstd(options), EStargz, Uncompressed];
}
