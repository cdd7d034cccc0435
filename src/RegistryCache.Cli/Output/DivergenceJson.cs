using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>Where two builds part as JSON, for scripts. docs/command-line.md has the schema.</summary>
internal static class DivergenceJson
{
    public static void Write(BuildDivergence divergence, IReadOnlyList<ShownStep> steps, TextWriter output) =>
        CacheJson.Write(output, json =>
        {
            json.WriteNumber("sharedRecords", divergence.SharedRecords);
            json.WriteNumber("followingRecords", divergence.FollowingRecords);
            json.WriteBoolean("complete", steps.Count == divergence.Steps.Count);
            json.WriteStartArray("steps");
            foreach (var step in steps)
                Write(json, step);
            json.WriteEndArray();
        });

    private static void Write(Utf8JsonWriter json, ShownStep shown)
    {
        json.WriteStartObject();
        json.WriteString("cause", Name(shown.Step.Cause));
        WriteSide(json, "before", shown.Step.Before);
        WriteSide(json, "after", shown.Step.After);
        json.WriteStartArray("inputs");
        foreach (var input in shown.Step.Inputs)
        {
            json.WriteStartObject();
            json.WriteNumber("input", input.Index);
            json.WriteString("cause", Name(input.Cause));
            WriteLinks(json, "before", input.Before);
            WriteLinks(json, "after", input.After);
            WriteImage(json, "imageBefore", input.BaseBefore);
            WriteImage(json, "imageAfter", input.BaseAfter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFiles(json, shown);
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, string name, CacheRecord? record)
    {
        if (record is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("record", record.Digest);
        json.WriteString("key", FolderCache.KeyOf(record));
        json.WriteString("layer", ShownStep.LayerOf(record)?.Digest.ToString());
        json.WriteString("createdAt", record.NewestResult?.CreatedAt.ToString());
        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, string name, IReadOnlyList<CacheLink> links)
    {
        json.WriteStartArray(name);
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteString("record", link.Record.Digest);
            json.WriteString("selector", link.Selector);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteImage(Utf8JsonWriter json, string name, LayerChain? image)
    {
        if (image is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var layer in image.ToLayers())
            json.WriteStringValue(layer.Digest.ToString());
        json.WriteEndArray();
    }

    private static void WriteFiles(Utf8JsonWriter json, ShownStep shown)
    {
        json.WriteStartArray("files");
        foreach (var path in shown.Files ?? [])
            json.WriteStringValue(path);
        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var file in shown.Changes?.Files ?? [])
        {
            json.WriteStartObject();
            json.WriteString("path", ShownStep.PathOf((file.Left ?? file.Right)!));
            json.WriteString("change", file switch { { Left: null } => "added", { Right: null } => "removed", _ => "changed" });
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("problem", shown.Problem is { } problem ? ErrorLine.Of(problem) : null);
    }

    private static string Name(DivergenceCause cause) => JsonNamingPolicy.KebabCaseLower.ConvertName(cause.ToString());
}
