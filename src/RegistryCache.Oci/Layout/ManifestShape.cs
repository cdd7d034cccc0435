using System.Text.Json;

namespace RegistryCache.Oci.Layout;

/// <summary>Finds the media type of a manifest from its bytes alone: its own <c>mediaType</c>, otherwise from its members. In that case it
/// assumes Docker's types, as BuildKit does. Source: BuildKit util/imageutil/config.go.</summary>
internal static class ManifestShape
{
    public static string MediaTypeOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var byShape = "";
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                if (name == "mediaType" && reader.TokenType == JsonTokenType.String && reader.GetString() is var type
                    && MediaTypes.IsManifest(type))
                    return type!;
                if (name is "config" or "layers")
                    byShape = MediaTypes.DockerManifest;
                else if (name == "manifests" && byShape.Length == 0)
                    byShape = MediaTypes.DockerManifestList;
                reader.Skip();
            }

            return byShape;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
