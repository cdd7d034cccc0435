using RegistryCache.Core.Content;
using RegistryCache.Storage;

namespace RegistryCache.Core.Format;

/// <summary>Writes the manifest of a cache: one descriptor per layer entry, in their order, and the config. Source: BuildKit
/// cache/remotecache/export.go.</summary>
internal static class CacheManifestWriter
{
    public static ManifestContent Write(CacheManifestForm form, IEnumerable<Descriptor> layers, Descriptor config)
    {
        var mediaType = MediaTypeOf(form);
        var json = new GoJsonWriter().Raw("{\"schemaVersion\":2,\"mediaType\":"u8).String(mediaType);
        if (form == CacheManifestForm.ImageManifest)
        {
            DescriptorJson.Write(json.Raw(",\"config\":"u8), config);
            List(json.Raw(",\"layers\":"u8), layers);
        }
        else
        {
            List(json.Raw(",\"manifests\":"u8), layers.Append(config));
        }

        return new ManifestContent(mediaType, json.Raw("}"u8).Written);
    }

    public static string MediaTypeOf(CacheManifestForm form) => form switch
    {
        CacheManifestForm.ImageManifest => MediaTypes.OciManifest,
        CacheManifestForm.OciIndex => MediaTypes.OciIndex,
        CacheManifestForm.DockerManifestList => MediaTypes.DockerManifestList,
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    private static void List(GoJsonWriter json, IEnumerable<Descriptor> descriptors)
    {
        json.Raw("["u8);
        var first = true;
        foreach (var descriptor in descriptors)
        {
            if (!first)
                json.Raw(","u8);
            first = false;
            DescriptorJson.Write(json, descriptor);
        }

        json.Raw("]"u8);
    }
}
