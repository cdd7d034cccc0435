namespace RegistryCache.Core.Parameters;

/// <summary>The levels that Docker documents; a codec of a user's own has its own.</summary>
internal static class CompressionLevels
{
    /// <summary>The range, 0 to 0 for a compression without levels, or <see langword="null"/> when only the codec knows.</summary>
    public static (int Minimum, int Maximum)? Of(LayerCompression compression) => compression.Name switch
    {
        "gzip" or "estargz" => (0, 9),
        "zstd" => (0, 22),
        "uncompressed" => (0, 0),
        _ => null,
    };
}
