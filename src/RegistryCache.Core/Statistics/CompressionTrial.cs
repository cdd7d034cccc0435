namespace RegistryCache;

/// <summary>What layers would weigh with another compression: each that was read was encoded, and the result was counted and thrown away.
/// The same encoder always gives the same bytes.</summary>
/// <param name="Compression">The compression.</param>
/// <param name="Tried">The layers that were encoded.</param>
/// <param name="BytesAfter">Their size then.</param>
/// <param name="SavedBytes">What all layers would save; negative when they would grow. Exact when all were encoded, else what the sample
/// saved in proportion.</param>
/// <param name="IsExact">Whether all layers were encoded.</param>
public sealed record CompressionTrial(LayerCompression Compression, LayerTotal Tried, long BytesAfter, long SavedBytes, bool IsExact);
