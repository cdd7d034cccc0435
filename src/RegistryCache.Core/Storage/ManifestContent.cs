namespace RegistryCache.Storage;

/// <summary>A manifest's bytes, exactly as stored, and what they are.</summary>
public sealed class ManifestContent
{
    /// <summary>The option that limits what a store reads of a manifest for this library, for its errors.</summary>
    internal const string LimitName = "CacheFormatLimits.MaxManifestBytes";

    /// <summary>Creates manifest content; the descriptor is computed from the bytes.</summary>
    /// <param name="mediaType">The media type; empty when unknown.</param>
    /// <param name="bytes">The bytes. They must not change.</param>
    public ManifestContent(string mediaType, ReadOnlyMemory<byte> bytes)
        : this(new Descriptor(mediaType, Digest.OfBytes(bytes.Span), bytes.Length), bytes)
    {
    }

    /// <summary>Creates manifest content that was verified against a descriptor.</summary>
    /// <param name="descriptor">Media type, digest and size.</param>
    /// <param name="bytes">The verified bytes. They must not change.</param>
    public ManifestContent(Descriptor descriptor, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Size != bytes.Length)
            throw new ArgumentException($"The descriptor says {descriptor.Size} bytes, there are {bytes.Length}.", nameof(bytes));
        Descriptor = descriptor;
        Bytes = bytes;
    }

    /// <summary>Media type, digest and size.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }
}
