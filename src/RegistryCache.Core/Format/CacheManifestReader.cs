namespace RegistryCache.Core.Format;

/// <summary>Reads a manifest of any form. The members decide, not the media type of a server: a manifest with <c>config</c> or
/// <c>layers</c> is an image manifest, any other an index. Source: BuildKit util/imageutil/config.go, cache/remotecache.</summary>
internal static class CacheManifestReader
{
    public static CacheManifest Read(ReadOnlySpan<byte> json, string what)
    {
        var reader = new GoJsonReader(json, what, RegistryCacheErrorCode.InvalidManifest);
        reader.Start();
        string mediaType = "";
        bool hasConfig = false, hasLayers = false, hasManifests = false;
        Descriptor? config = null;
        var layers = new List<Descriptor>();
        var manifests = new List<Descriptor>();
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!reader.BeginObject("manifest"))
            throw reader.Error("it is null");
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "mediatype"))
                mediaType = reader.String(name, mediaType);
            else if (GoJsonReader.Is(name, "config"))
                (hasConfig, config) = (true, DescriptorJson.Read(ref reader, name));
            else if (GoJsonReader.Is(name, "layers"))
                hasLayers = ReadList(ref reader, name, layers);
            else if (GoJsonReader.Is(name, "manifests"))
                hasManifests = ReadList(ref reader, name, manifests);
            else if (GoJsonReader.Is(name, "annotations"))
                DescriptorJson.Map(ref reader, name, annotations);
            else
                reader.Skip();
        }

        reader.End();
        var isImage = hasConfig || hasLayers;
        if (isImage && hasManifests)
            throw reader.Error("it has the members of an image manifest ('config' or 'layers') and of an index ('manifests')");
        Check(reader, mediaType, isImage);
        if (isImage)
            return new CacheManifest(CacheManifestForm.ImageManifest, config, layers) { Annotations = annotations };
        return new CacheManifest(
            mediaType == MediaTypes.OciIndex ? CacheManifestForm.OciIndex : CacheManifestForm.DockerManifestList,
            manifests.FindLast(m => m.MediaType == MediaTypes.CacheConfig),
            manifests.FindAll(m => m.MediaType != MediaTypes.CacheConfig))
        {
            Annotations = annotations,
        };
    }

    private static bool ReadList(ref GoJsonReader reader, string name, List<Descriptor> into)
    {
        into.Clear();
        if (reader.BeginArray(name))
        {
            while (reader.NextElement())
            {
                if (DescriptorJson.Read(ref reader, name) is { } descriptor)
                    into.Add(descriptor);
                else
                    throw reader.Error($"an entry of '{name}' has no digest");
            }
        }

        return true;
    }

    private static void Check(GoJsonReader reader, string mediaType, bool isImage)
    {
        if (!MediaTypes.IsManifest(mediaType))
            return;
        var saysImage = mediaType is MediaTypes.OciManifest or MediaTypes.DockerManifest;
        if (saysImage != isImage)
            throw reader.Error($"its 'mediaType' is {mediaType}, but it has the members of an {(isImage ? "image manifest" : "index")}");
    }
}
