using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>The files of a result as JSON. docs/command-line.md has the schema.</summary>
internal static class FileListJson
{
    public static void Write(IReadOnlyList<CacheLayer> layers, IReadOnlyList<LayerEntry> files, TextWriter output) =>
        CacheJson.Write(output, json =>
        {
            WriteLayers(json, layers);
            json.WriteStartArray("files");
            foreach (var entry in files)
            {
                json.WriteStartObject();
                json.WriteString("path", "/" + entry.Path);
                json.WriteString("kind", JsonNamingPolicy.KebabCaseLower.ConvertName(entry.Kind.ToString()));
                json.WriteString("mode", Convert.ToString((int)entry.Mode, 8).PadLeft(4, '0'));
                json.WriteNumber("size", entry.Size);
                json.WriteString("linkTarget", entry.LinkTarget.Length == 0 ? null : entry.LinkTarget);
                json.WriteString("modifiedAt", entry.ModifiedAt.IsZero ? null : entry.ModifiedAt.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    /// <summary>The layers that were read, base first.</summary>
    public static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<CacheLayer> layers)
    {
        json.WriteStartArray("layers");
        foreach (var layer in layers)
            json.WriteStringValue(layer.Digest.ToString());
        json.WriteEndArray();
    }
}
