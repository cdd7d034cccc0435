using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RegistryCache.Core.Content;

namespace RegistryCache.Oci.Layout;

/// <summary>One entry of <c>index.json</c>: its bytes as in the file, and the members that this library uses.</summary>
internal sealed class LayoutIndexEntry
{
    private LayoutIndexEntry(byte[] json) => Json = json;

    public byte[] Json { get; }

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
        return new LayoutIndexEntry(known ? JsonText.Compact(json) : json)
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
        var annotations = $"{JsonText.Quote(AnnotationKeys.RefName)}:{JsonText.Quote(tag)}";
        var json = $"{{\"mediaType\":{JsonText.Quote(descriptor.MediaType)},\"digest\":\"{descriptor.Digest}\","
            + $"\"size\":{JsonText.Number(descriptor.Size)},\"annotations\":{{{annotations}}}}}";
        return new LayoutIndexEntry(Encoding.UTF8.GetBytes(json))
        {
            Digest = descriptor.Digest.ToString(),
            MediaType = descriptor.MediaType,
            RefName = tag,
        };
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
