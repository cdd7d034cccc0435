using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>What an export did with one layer blob.</summary>
/// <param name="Before">The layer as it was in the graph.</param>
/// <param name="After">The layer as it was exported.</param>
/// <param name="Decision">Why it was kept or converted.</param>
/// <param name="From">The compression before, if it was determined.</param>
/// <param name="To">The compression after, if it was determined.</param>
/// <param name="Outcome">How the blob came to be in the store.</param>
/// <param name="BytesSent">Bytes that went out; 0 unless uploaded.</param>
/// <param name="Duration">The time that converting and sending took.</param>
public sealed record ExportedLayer(
    Descriptor Before,
    Descriptor After,
    LayerDecision Decision,
    LayerCompression? From,
    LayerCompression? To,
    BlobPushOutcome Outcome,
    long BytesSent,
    TimeSpan Duration)
{
    /// <summary>Whether the store was not asked for the blob, because a manifest there names the blob.</summary>
    public bool IsReliedOn { get; init; }

    /// <summary>Whether the layer was encoded again.</summary>
    public bool IsConverted => Decision is LayerDecision.ConvertedCodec or LayerDecision.ConvertedLevel or LayerDecision.Encoded;
}
