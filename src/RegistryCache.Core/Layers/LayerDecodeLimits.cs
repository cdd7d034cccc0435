namespace RegistryCache.Core.Layers;

/// <summary>How much a layer may decompress to before it counts as a bomb.</summary>
public sealed class LayerDecodeLimits
{
    /// <summary>The most bytes one layer may decompress to. Default: 64 GiB.</summary>
    public long MaxDecodedBytes { get; init; } = 64L << 30;

    /// <summary>
    /// The most decompressed bytes per compressed byte, judged once <see cref="RatioGraceBytes"/> came out. Default: 1100, just above
    /// what deflate can reach (1032), so that a gzip layer of zeros passes and only zstd can exceed it.
    /// </summary>
    public int MaxRatio { get; init; } = 1100;

    /// <summary>How many bytes may come out before <see cref="MaxRatio"/> counts. Default: 1 GiB.</summary>
    public long RatioGraceBytes { get; init; } = 1L << 30;
}
