using RegistryCache.Core;

namespace RegistryCache.Compression;

/// <summary>Adds the codecs of this package to a cache.</summary>
public static class CompressionBuilderExtensions
{
    /// <summary>Adds gzip, zstd, estargz and uncompressed.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    public static BuildCacheBuilder UseCompression(this BuildCacheBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseCodecs(BuiltInCodecs.Create());
    }
}
