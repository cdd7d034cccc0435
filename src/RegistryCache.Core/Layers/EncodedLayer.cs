using System.Globalization;
using RegistryCache.Core.Content;

namespace RegistryCache.Layers;

/// <summary>What encoding a layer gave.</summary>
/// <param name="Compression">The codec that wrote the blob.</param>
/// <param name="MediaType">The OCI media type of the blob.</param>
/// <param name="Digest">The digest of the blob.</param>
/// <param name="Size">The size of the blob in bytes.</param>
/// <param name="DiffId">The digest of what the blob decompresses to: for estargz the tar with the table of contents.</param>
/// <param name="UncompressedSize">The size in bytes of what the blob decompresses to.</param>
public sealed record EncodedLayer(
    LayerCompression Compression, string MediaType, Digest Digest, long Size, Digest DiffId, long UncompressedSize)
{
    /// <summary>The annotations that the codec adds to the blob, without <c>containerd.io/uncompressed</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>A descriptor with the codec's annotations and <c>containerd.io/uncompressed</c>.</summary>
    public Descriptor ToDescriptor()
    {
        var descriptor = new Descriptor(MediaType, Digest, Size).WithAnnotation(AnnotationKeys.Uncompressed, DiffId.ToString());
        foreach (var (key, value) in Annotations)
            descriptor = descriptor.WithAnnotation(key, value);
        return descriptor;
    }

    /// <summary>The blob on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Compression} {Digest}, {Size} bytes of {UncompressedSize}");
}
