namespace RegistryCache;

/// <summary>How much a layer may decompress to before it counts as a bomb.</summary>
public sealed class LayerDecodeLimits
{
    /// <summary>The most bytes one layer may decompress to. Default: 64 GiB.</summary>
    public long MaxDecodedBytes { get; init; } = 64L << 30;

    /// <summary>
    /// The most decompressed bytes per compressed byte, 1 or more, judged once <see cref="RatioGraceBytes"/> came out. Default: 500. Deflate
    /// reaches at most 1032, with content that is all alike; what people build stays below 100. Raise it for a layer of more than 1 GiB
    /// that is nearly all zeros, such as an empty disk image.
    /// </summary>
    public int MaxRatio { get; init; } = 500;

    /// <summary>How many bytes may come out before <see cref="MaxRatio"/> counts. Default: 1 GiB.</summary>
    public long RatioGraceBytes { get; init; } = 1L << 30;

    /// <summary>The <see cref="MaxRatio"/> that a layer needs; <see langword="null"/> when these limits let it through.</summary>
    internal int? RatioToRead(long decodedBytes, long layerBytes)
    {
        if (decodedBytes <= RatioGraceBytes || layerBytes <= 0)
            return null;
        var ratio = (decodedBytes / layerBytes) + (decodedBytes % layerBytes == 0 ? 0 : 1);
        return ratio > MaxRatio ? (int)Math.Min(ratio, int.MaxValue) : null;
    }
}
