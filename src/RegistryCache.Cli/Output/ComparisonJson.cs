using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>A comparison as JSON, for scripts. docs/command-line.md has the schema.</summary>
internal static class ComparisonJson
{
    public static void Write(
        CacheComparison found, IReadOnlyList<LayerComparison> files, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteBoolean("same", found.IsSame);
        WriteSide(json, "left", found.Left, found.LeftManifest!);
        WriteSide(json, "right", found.Right, found.RightManifest!);
        json.WriteStartObject("records");
        WriteRecords(json, "onlyLeft", found.OnlyLeft);
        WriteRecords(json, "onlyRight", found.OnlyRight);
        json.WriteStartArray("both");
        foreach (var both in found.Both)
        {
            json.WriteStartObject();
            WriteRecord(json, both.Left);
            json.WriteString("result", ComparisonText.Outcome(both.Outcome));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("layers");
        WriteTotal(json, "onlyLeft", found.Layers.OnlyLeft);
        WriteTotal(json, "onlyRight", found.Layers.OnlyRight);
        WriteTotal(json, "both", found.Layers.Both);
        WriteTotal(json, "otherBlobs", found.OtherBlobs);
        json.WriteEndObject();
        json.WriteStartArray("files");
        foreach (var layers in files)
            WriteFiles(json, layers);
        json.WriteEndArray();
    });

    public static void WriteTotal(Utf8JsonWriter json, string name, LayerTotal total)
    {
        json.WriteStartObject(name);
        json.WriteNumber("layers", total.Count);
        json.WriteNumber("bytes", total.Bytes);
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, string name, CacheSource source, Descriptor manifest)
    {
        json.WriteStartObject(name);
        json.WriteString("source", source.ToString());
        json.WriteString("manifest", manifest.Digest.ToString());
        json.WriteEndObject();
    }

    private static void WriteRecords(Utf8JsonWriter json, string name, IReadOnlyList<CacheRecord> records)
    {
        json.WriteStartArray(name);
        foreach (var record in records)
        {
            json.WriteStartObject();
            WriteRecord(json, record);
            json.WriteBoolean("result", record.NewestResult?.Chain is not null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, CacheRecord record)
    {
        json.WriteString("digest", record.Digest);
        json.WriteString("key", FolderCache.KeyOf(record));
    }

    private static void WriteFiles(Utf8JsonWriter json, LayerComparison layers)
    {
        json.WriteStartObject();
        json.WriteString("left", layers.Left.Digest.ToString());
        json.WriteString("right", layers.Right.Digest.ToString());
        WriteNumber(json, "same", layers.Same);
        json.WriteStartArray("paths");
        foreach (var file in layers.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("change", ComparisonText.Change(file));
            WriteNumber(json, "leftSize", file.Left?.Size);
            WriteNumber(json, "rightSize", file.Right?.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }
}
