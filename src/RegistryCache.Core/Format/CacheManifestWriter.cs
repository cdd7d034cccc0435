using RegistryCache.Core.Content;
using RegistryCache.Storage;

namespace RegistryCache.Core.Format;

/// <summary>Writes a manifest: a descriptor for each layer entry, and the config. Source: BuildKit cache/remotecache/export.go.</summary>
internal static class CacheManifestWriter
{
    public static ManifestContent Write(CacheManifestForm form, IEnumerable<Descriptor> layers, Descriptor config)
    {
        var mediaType = MediaTypeOf(form);
        var json = new GoJsonWriter().Raw("{\"schemaVersion\":2,\"mediaType\":"u8).String(mediaType);
        if (form == CacheManifestForm.ImageManifest)
        {
            DescriptorJson.Write(json.Raw(",\"config\":"u8), config);
            json.Raw(",\"layers\":"u8).List(layers, layer => DescriptorJson.Write(json, layer));
        }
        else
        {
            json.Raw(",\"manifests\":"u8).List(layers.Append(config), entry => DescriptorJson.Write(json, entry));
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
}
