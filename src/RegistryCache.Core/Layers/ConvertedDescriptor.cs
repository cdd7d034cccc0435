using RegistryCache.Core.Content;

namespace RegistryCache.Core.Layers;

/// <summary>Which annotations survive when a layer's blob is replaced: those about the layer stay, those about the old bytes go.</summary>
internal static class ConvertedDescriptor
{
    // Both belong to lazy-reading formats and describe offsets and checksums inside the old blob.
    private const string ZstdChunkedPrefix = "io.containers.zstd-chunked.";
    private const string StargzPrefix = "containerd.io/snapshot/stargz/";

    public static Descriptor Create(Descriptor original, EncodedLayer encoded)
    {
        var result = encoded.ToDescriptor();
        foreach (var (key, value) in original.Annotations)
        {
            if (!result.Annotations.ContainsKey(key) && !DescribesBlob(key))
                result = result.WithAnnotation(key, value);
        }

        return result;
    }

    private static bool DescribesBlob(string key) =>
        key is AnnotationKeys.Uncompressed or AnnotationKeys.StargzUncompressedSize
        || key.StartsWith(StargzPrefix, StringComparison.Ordinal)
        || key.StartsWith(ZstdChunkedPrefix, StringComparison.Ordinal)
        || key.StartsWith(AnnotationKeys.DistributionSourcePrefix, StringComparison.Ordinal);
}
