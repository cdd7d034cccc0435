namespace RegistryCache;

/// <summary>The layers with one compression.</summary>
/// <param name="Compression">The compression that the descriptors name; <see langword="null"/> when no codec knows it.</param>
/// <param name="Layers">The layers.</param>
/// <param name="Read">Those of them that were read.</param>
/// <param name="UncompressedBytes">What these decompress to.</param>
public sealed record CompressionShare(LayerCompression? Compression, LayerTotal Layers, LayerTotal Read, long UncompressedBytes)
{
    /// <summary>Uncompressed bytes for each compressed byte; <see langword="null"/> when nothing was read. Exact when all were read, else
    /// that of the sample.</summary>
    public double? Ratio => Read.Bytes == 0 ? null : UncompressedBytes / (double)Read.Bytes;

    /// <summary>Whether all layers were read.</summary>
    public bool IsExact => Read.Count == Layers.Count;
}
