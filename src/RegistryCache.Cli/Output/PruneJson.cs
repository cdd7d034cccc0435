using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>What pruning would remove, or has removed, as JSON. docs/command-line.md has the schema.</summary>
internal static class PruneJson
{
    public static void Write(PrunePlan plan, PruneReport? report, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteString("place", plan.Place);
        json.WriteBoolean("dryRun", report is null);
        json.WriteNumber("freedBytes", report?.FreedBytes ?? plan.FreedBytes);
        json.WriteNumber("addedBytes", plan.AddedBytes);
        json.WriteStartObject("layerBytes");
        json.WriteNumber("before", plan.LayerBytes.Before);
        json.WriteNumber("after", plan.LayerBytes.After);
        json.WriteEndObject();
        json.WriteStartArray("tags");
        foreach (var tag in report?.Tags ?? plan.Tags)
            WriteTag(json, tag);
        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (var (tag, reason) in plan.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("tag", tag);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (var warning in report?.Warnings ?? plan.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    });

    private static void WriteTag(Utf8JsonWriter json, PrunedTag tag)
    {
        json.WriteStartObject();
        json.WriteString("tag", tag.Name);
        json.WriteString("outcome", PruneText.Outcome(tag));
        json.WriteString("reason", tag.Error is { } error ? ErrorLine.Of(error) : tag.Reason);
        json.WriteString("manifest", tag.Manifest.Digest.ToString());
        json.WriteString("newManifest", tag.NewManifest?.Digest.ToString());
        json.WriteNumber("freedBytes", tag.FreedBytes);
        json.WriteNumber("records", tag.Pruned.Records);
        json.WriteStartArray("results");
        foreach (var (record, result, key) in tag.Pruned.Results)
        {
            json.WriteStartObject();
            json.WriteString("record", record.Digest);
            json.WriteString("key", key);
            json.WriteString("createdAt", result.CreatedAt.ToString());
            json.WriteNumber("layers", result.Chain?.Length ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
