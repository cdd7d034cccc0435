using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;

namespace RegistryCache.Layers;

/// <summary>How to encode a layer.</summary>
public sealed record LayerEncodeOptions
{
    /// <summary>The level, within <see cref="ILayerCodec.Levels"/>; <see langword="null"/> for the codec's default.</summary>
    public int? Level { get; init; }

    /// <summary>The workers that all layers share; <see langword="null"/> for workers of this call alone.</summary>
    internal LayerWorkers? Workers { get; init; }

    /// <summary>Gives the digest of the tar after it was read to its end, because its reader has hashed it already. For a codec whose blob
    /// decompresses to exactly this tar. <see langword="null"/>, the default, when the codec must hash the tar itself.</summary>
    public Func<Digest>? TarDigest { get; init; }

    /// <summary>Gives the object that has hashed the tar, once the tar was read to its end. A codec that adds bytes to the tar continues
    /// with it. <see langword="null"/> when the codec has to hash the tar itself.</summary>
    internal Func<DigestHasher>? TarHasher { get; init; }
}
