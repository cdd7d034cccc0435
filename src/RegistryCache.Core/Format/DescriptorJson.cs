using System.Collections.Immutable;
using RegistryCache.Core.Content;

namespace RegistryCache.Core.Format;

/// <summary>Descriptors in JSON, in the member order of OCI's Go types.</summary>
internal static class DescriptorJson
{
    /// <summary>Reads a descriptor, or <see langword="null"/> when it has no digest. A malformed digest or a negative size is an
    /// error.</summary>
    public static Descriptor? Read(ref GoJsonReader reader, string what)
    {
        if (!reader.BeginObject(what))
            return null;
        string mediaType = "", digestText = "", artifactType = "", data = "";
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
                Strings(ref reader, name, urls);
            else if (GoJsonReader.Is(name, "annotations"))
                Map(ref reader, name, annotations);
            else if (GoJsonReader.Is(name, "data"))
                data = reader.String(name, data);
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
            Data = DecodeData(reader, data),
            Platform = platform,
            ArtifactType = artifactType.Length == 0 ? null : artifactType,
        }.WithAnnotations(annotations);
    }

    public static void Write(GoJsonWriter json, Descriptor descriptor)
    {
        json.Raw("{\"mediaType\":"u8).String(descriptor.MediaType);
        json.Raw(",\"digest\":"u8).String(descriptor.Digest.ToString());
        json.Raw(",\"size\":"u8).Number(descriptor.Size);
        if (!descriptor.Urls.IsEmpty)
            WriteStrings(json.Raw(",\"urls\":"u8), descriptor.Urls);
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
        if (descriptor.Platform is { } platform)
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
                Strings(ref reader, name, features);
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
            WriteStrings(json.Raw(",\"os.features\":"u8), platform.OSFeatures);
        if (platform.Variant is { } variant)
            json.Raw(",\"variant\":"u8).String(variant);
        json.Raw("}"u8);
    }

    private static void Strings(ref GoJsonReader reader, string name, List<string> into)
    {
        into.Clear();
        if (!reader.BeginArray(name))
            return;
        while (reader.NextElement())
            into.Add(reader.String(name, ""));
    }

    private static void Map(ref GoJsonReader reader, string name, Dictionary<string, string> into)
    {
        if (!reader.BeginObject(name))
        {
            into.Clear();
            return;
        }

        while (reader.NextMember(out var key))
            into[key] = reader.String(key, "");
    }

    private static void WriteStrings(GoJsonWriter json, ImmutableArray<string> values)
    {
        json.Raw("["u8);
        for (var i = 0; i < values.Length; i++)
            json.Raw(i == 0 ? ""u8 : ","u8).String(values[i]);
        json.Raw("]"u8);
    }

    private static ImmutableArray<byte> DecodeData(GoJsonReader reader, string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? [.. bytes.AsSpan(0, length)]
            : throw reader.Error("'data' is not base64");
    }
}
