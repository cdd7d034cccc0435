using RegistryCache.Compression;

namespace RegistryCache;

/// <summary>Adds the codecs of this package to a cache.</summary>
public static class CompressionBuilderExtensions
{
    /// <summary>Adds gzip, zstd, estargz and uncompressed.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">Limits for reading layers, or <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static BuildCacheBuilder UseCompression(this BuildCacheBuilder builder, CompressionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseCodecs(BuiltInCodecs.Create(options));
    }
}
