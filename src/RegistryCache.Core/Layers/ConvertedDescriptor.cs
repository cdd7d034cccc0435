using RegistryCache.Core.Content;
using RegistryCache.Layers;

namespace RegistryCache.Core.Layers;

/// <summary>Which annotations a converted layer keeps: those that are known to describe the content. Any other may describe the old bytes
/// (offsets, checksums, sizes), and no list can name all formats that do so. See docs/adr/0044.</summary>
internal static class ConvertedDescriptor
{
    /// <summary>Set by BuildKit when it rewrites the times in a layer: util/converter/tarconverter, exporter/containerimage.</summary>
    private const string RewrittenTimestamp = "buildkit/rewritten-timestamp";

    /// <summary>OCI's predefined keys: who made the content, when and why. Source: OCI image-spec, annotations.md.</summary>
    private const string ImagePrefix = "org.opencontainers.image.";

    public static Descriptor Create(Descriptor original, EncodedLayer encoded)
    {
        var result = encoded.ToDescriptor();
        foreach (var (key, value) in original.Annotations)
        {
            if (!result.Annotations.ContainsKey(key) && DescribesContent(key))
                result = result.WithAnnotation(key, value);
        }

        return result;
    }

    private static bool DescribesContent(string key) =>
        key is AnnotationKeys.CreatedAt or AnnotationKeys.Description or RewrittenTimestamp
        || key.StartsWith(ImagePrefix, StringComparison.Ordinal);
}
