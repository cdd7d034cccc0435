using RegistryCache.Core.Content;

namespace RegistryCache.Core.Format;

/// <summary>Descriptors in JSON, in the member order of OCI's Go types.</summary>
internal static class DescriptorJson
{
    /// <summary>Reads a descriptor. One without a digest is <see langword="null"/>, one with a malformed digest is an error.</summary>
    public static Descriptor? Read(ref GoJsonReader reader, string what)
    {
        if (!reader.BeginObject(what))
            return null;
        string mediaType = "", digestText = "", artifactType = "";
        byte[]? data = null;
        long size = 0;
        var urls = new List<string>();
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        Platform? platform = null;
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "mediatype"))
                mediaType = reader.String(name, mediaType);
            else if (GoJsonReader.Is(name, "digest"))
                digestText = reader.String(name, digestText);
            else if (GoJsonReader.Is(name, "size"))
                size = reader.Integer(name, size);
            else if (GoJsonReader.Is(name, "urls"))
                reader.Strings(name, urls);
            else if (GoJsonReader.Is(name, "annotations"))
                Map(ref reader, name, annotations);
            else if (GoJsonReader.Is(name, "data"))
                data = reader.Base64(name, data);
            else if (GoJsonReader.Is(name, "platform"))
                platform = ReadPlatform(ref reader);
            else if (GoJsonReader.Is(name, "artifacttype"))
                artifactType = reader.String(name, artifactType);
            else
                reader.Skip();
        }

        if (digestText.Length == 0)
            return null;
        if (!Digest.TryParse(digestText, out var digest))
            throw reader.Error($"'{ErrorText.Quote(digestText)}' in {what} is not a digest");
        if (size < 0)
            throw reader.Error($"the size {size} of {digest} is negative");
        return new Descriptor(mediaType, digest, size)
        {
            Urls = [.. urls],
            Data = [.. data ?? []],
            FullPlatform = platform,
            ArtifactType = artifactType.Length == 0 ? null : artifactType,
        }.WithAnnotations(annotations);
    }

    public static void Write(GoJsonWriter json, Descriptor descriptor)
    {
        json.Raw("{\"mediaType\":"u8).String(descriptor.MediaType);
        json.Raw(",\"digest\":"u8).String(descriptor.Digest.ToString());
        json.Raw(",\"size\":"u8).Number(descriptor.Size);
        if (!descriptor.Urls.IsEmpty)
            json.Raw(",\"urls\":"u8).List(descriptor.Urls, url => json.String(url));
        if (!descriptor.Annotations.IsEmpty)
        {
            var first = true;
            json.Raw(",\"annotations\":{"u8);
            foreach (var (key, value) in descriptor.Annotations)
            {
                json.Raw(first ? ""u8 : ","u8).String(key).Raw(":"u8).String(value);
                first = false;
            }

            json.Raw("}"u8);
        }

        if (!descriptor.Data.IsEmpty)
            json.Raw(",\"data\":"u8).String(Convert.ToBase64String(descriptor.Data.AsSpan()));
        if (descriptor.FullPlatform is { } platform)
            WritePlatform(json.Raw(",\"platform\":"u8), platform);
        if (descriptor.ArtifactType is { } artifactType)
            json.Raw(",\"artifactType\":"u8).String(artifactType);
        json.Raw("}"u8);
    }

    private static Platform? ReadPlatform(ref GoJsonReader reader)
    {
        if (!reader.BeginObject("platform"))
            return null;
        string architecture = "", os = "", version = "", variant = "";
        var features = new List<string>();
        while (reader.NextMember(out var name))
        {
            if (GoJsonReader.Is(name, "architecture"))
                architecture = reader.String(name, architecture);
            else if (GoJsonReader.Is(name, "os"))
                os = reader.String(name, os);
            else if (GoJsonReader.Is(name, "os.version"))
                version = reader.String(name, version);
            else if (GoJsonReader.Is(name, "os.features"))
                reader.Strings(name, features);
            else if (GoJsonReader.Is(name, "variant"))
                variant = reader.String(name, variant);
            else
                reader.Skip();
        }

        return new Platform(architecture, os)
        {
            OSVersion = version.Length == 0 ? null : version,
            OSFeatures = [.. features],
            Variant = variant.Length == 0 ? null : variant,
        };
    }

    private static void WritePlatform(GoJsonWriter json, Platform platform)
    {
        json.Raw("{\"architecture\":"u8).String(platform.Architecture).Raw(",\"os\":"u8).String(platform.OS);
        if (platform.OSVersion is { } version)
            json.Raw(",\"os.version\":"u8).String(version);
        if (!platform.OSFeatures.IsEmpty)
            json.Raw(",\"os.features\":"u8).List(platform.OSFeatures, feature => json.String(feature));
        if (platform.Variant is { } variant)
            json.Raw(",\"variant\":"u8).String(variant);
        json.Raw("}"u8);
    }

    public static void Map(ref GoJsonReader reader, string name, Dictionary<string, string> into)
    {
        if (!reader.BeginObject(name))
        {
            into.Clear();
            return;
        }

        while (reader.NextMember(out var key))
            into[key] = reader.String(key, "");
    }
}
