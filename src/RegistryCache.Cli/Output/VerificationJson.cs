using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>A verification as JSON, for scripts. docs/command-line.md has the schema.</summary>
internal static class VerificationJson
{
    public static void Write(CacheVerification found, TextWriter output) => CacheJson.Write(output, json => WriteMembers(json, found));

    public static void WriteMembers(Utf8JsonWriter json, CacheVerification found)
    {
        json.WriteString("source", found.Source.ToString());
        json.WriteString("outcome", found.IsSound ? "sound" : found.IsHit ? "damaged" : "miss");
        json.WriteString("manifest", found.Manifest?.Digest.ToString());
        json.WriteNumber("results", found.Results.All);
        json.WriteNumber("resultsLost", found.Results.Lost);
        json.WriteNumber("layers", found.Layers.Count);
        json.WriteNumber("bytes", found.Layers.Bytes);
        json.WriteNumber("layersRead", found.LayersRead.Count);
        json.WriteNumber("bytesRead", found.LayersRead.Bytes);
        json.WriteNumber("seed", found.Seed);
        json.WriteStartArray("damages");
        foreach (var damage in found.Damages)
            WriteDamage(json, damage);
        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (var (descriptor, reason) in found.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("digest", descriptor.Digest.ToString());
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteRecords(Utf8JsonWriter json, string name, IReadOnlyList<(CacheRecord Record, int Results)> records)
    {
        json.WriteStartArray(name);
        foreach (var (record, results) in records)
        {
            json.WriteStartObject();
            json.WriteString("digest", record.Digest);
            json.WriteNumber("results", results);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDamage(Utf8JsonWriter json, CacheDamage damage)
    {
        json.WriteStartObject();
        json.WriteString("part", VerificationText.Part(damage.Part));
        json.WriteString("digest", damage.Digest?.ToString());
        if (damage.Size is { } size)
            json.WriteNumber("size", size);
        else
            json.WriteNull("size");
        json.WriteString("damage", VerificationText.Damage(damage.Kind));
        json.WriteString("detail", damage.Detail);
        WriteRecords(json, "records", damage.FindRecords());
        json.WriteStartArray("keys");
        foreach (var key in damage.FindKeys())
            json.WriteStringValue(key);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
