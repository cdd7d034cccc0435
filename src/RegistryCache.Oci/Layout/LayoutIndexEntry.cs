using System.Runtime.InteropServices;
using System.Text.Json;
using RegistryCache.Core.Content;

namespace RegistryCache.Oci.Layout;

/// <summary>One entry of <c>index.json</c>: its bytes as in the file, and the members that this library uses.</summary>
internal sealed class LayoutIndexEntry(byte[] json)
{
    public byte[] Json { get; } = json;

    public string? Digest { get; private init; }

    public string? MediaType { get; private init; }

    public string? RefName { get; private init; }

    public string? ImageName { get; private init; }

    public static LayoutIndexEntry Read(JsonElement element)
    {
        var json = JsonMarshal.GetRawUtf8Value(element).ToArray();
        if (element.ValueKind != JsonValueKind.Object)
            return new LayoutIndexEntry(json);
        var known = element.EnumerateObject().All(member => member.Name
            is "mediaType" or "digest" or "size" or "urls" or "annotations" or "data" or "platform" or "artifactType");
        var annotations = element.TryGetProperty("annotations", out var value) ? value : default;
        return new LayoutIndexEntry(known ? Compact(json) : json)
        {
            Digest = Text(element, "digest"),
            MediaType = Text(element, "mediaType"),
            RefName = Text(annotations, AnnotationKeys.RefName),
            ImageName = Text(annotations, AnnotationKeys.ContainerdImageName),
        };
    }

    /// <summary>An entry as BuildKit writes it.</summary>
    public static LayoutIndexEntry Create(Descriptor descriptor, string tag)
    {
        var json = new GoJsonWriter().Raw("{\"mediaType\":"u8).String(descriptor.MediaType)
            .Raw(",\"digest\":"u8).String(descriptor.Digest.ToString()).Raw(",\"size\":"u8).Number(descriptor.Size)
            .Raw(",\"annotations\":{"u8).String(AnnotationKeys.RefName).Raw(":"u8).String(tag).Raw("}}"u8);
        return new LayoutIndexEntry(json.Written.ToArray())
        {
            Digest = descriptor.Digest.ToString(),
            MediaType = descriptor.MediaType,
            RefName = tag,
        };
    }

    // Valid JSON without the white space between its tokens; strings stay as they are, escapes included.
    private static byte[] Compact(byte[] json)
    {
        var result = new byte[json.Length];
        var length = 0;
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (!inString && c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            result[length++] = c;
            if (c == '"')
                inString = !inString;
            else if (c == '\\' && inString && i + 1 < json.Length)
                result[length++] = json[++i];
        }

        return result[..length];
    }

    /// <summary>A member of an object if it is a string.</summary>
    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
