using RegistryCache.Core.Content;

namespace RegistryCache.Core.Format;

/// <summary>Reads the cache inside an image: the config holds the records, the image's own layers are the layer entries, each on the one
/// before. Source: BuildKit cache/remotecache/import.go, importInlineCache.</summary>
internal static class InlineCacheReader
{
    /// <summary>Reads an inline cache; <see langword="null"/> when the image has none that matches its layers.</summary>
    public static CacheGraph? Read(
        CacheManifest image, ImageConfig config, Func<Descriptor, CacheLayer> layerOf, string what, CacheFormatLimits limits)
    {
        if (config.Cache is null || config.DiffIds.Count != image.Entries.Count)
            return null;
        var document = CacheConfigParser.ParseRecords(config.Cache, $"inline cache of {what}", limits);
        var layers = new Dictionary<string, CacheLayer>(StringComparer.Ordinal);
        for (var i = 0; i < image.Entries.Count; i++)
        {
            var descriptor = image.Entries[i].WithAnnotation(AnnotationKeys.Uncompressed, config.DiffIds[i]);

            // The history can have fewer entries than there are layers. BuildKit crashes then; here the time is left out.
            if (i < config.LayerTimes.Count && config.LayerTimes[i] is { } created)
                descriptor = descriptor.WithAnnotation(AnnotationKeys.CreatedAt, created.ToString());
            layers[descriptor.Digest.ToString()] = layerOf(descriptor);
            var entry = document.Layers.At(i);
            entry.Blob = descriptor.Digest.ToString();
            entry.Parent = i - 1;
        }

        document.Layers.CutTo(image.Entries.Count);
        return CacheConfigReader.Read(document, layers, $"inline cache of {what}", limits);
    }
}
