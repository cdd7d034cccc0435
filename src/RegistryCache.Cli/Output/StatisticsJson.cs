using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>Statistics as JSON, for scripts. docs/command-line.md has the schema.</summary>
internal static class StatisticsJson
{
    public static void Write(CacheStatistics found, TextWriter output) => CacheJson.Write(output, json =>
    {
        json.WriteString("source", found.Source.ToString());
        CacheJson.WriteDescriptor(json, "manifest", found.Manifest!, withMediaType: true);
        if (found.Config is { } config)
            CacheJson.WriteDescriptor(json, "config", config, withMediaType: false);
        else
            json.WriteNull("config");
        json.WriteNumber("limitShare", Math.Round(found.LimitShare, 4));
        json.WriteBoolean("nearLimit", found.IsNearLimit);
        json.WriteNumber("records", found.Records);
        json.WriteNumber("results", found.Results);
        ComparisonJson.WriteTotal(json, "layers", found.Layers);
        json.WriteStartArray("byAge");
        foreach (var (below, layers) in found.ByAge)
        {
            json.WriteStartObject();
            if (below == TimeSpan.MaxValue)
                json.WriteNull("underDays");
            else
                json.WriteNumber("underDays", below.TotalDays);
            WriteTotal(json, layers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("byStage");
        foreach (var (stage, records, layers) in found.ByStage)
        {
            json.WriteStartObject();
            json.WriteNumber("stage", stage);
            json.WriteNumber("records", records);
            WriteTotal(json, layers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteCompressions(json, found);
        json.WriteNumber("seed", found.Seed);
        json.WriteStartObject("saves");
        ComparisonJson.WriteTotal(json, "modeMin", found.SavedByModeMin);
        json.WriteStartObject("prune");
        json.WriteNumber("results", found.Pruned!.Results.Count);
        json.WriteNumber("records", found.Pruned.Records);
        WriteTotal(json, found.SavedByPruning);
        json.WriteEndObject();
        if (found.Trial is { } trial)
            WriteTrial(json, trial);
        else
            json.WriteNull("compression");
        json.WriteEndObject();
    });

    private static void WriteTotal(Utf8JsonWriter json, LayerTotal total)
    {
        json.WriteNumber("layers", total.Count);
        json.WriteNumber("bytes", total.Bytes);
    }

    private static void WriteCompressions(Utf8JsonWriter json, CacheStatistics found)
    {
        json.WriteStartArray("byCompression");
        foreach (var share in found.ByCompression)
        {
            json.WriteStartObject();
            json.WriteString("compression", share.Compression?.Name);
            WriteTotal(json, share.Layers);
            json.WriteNumber("layersRead", share.Read.Count);
            json.WriteNumber("bytesRead", share.Read.Bytes);
            json.WriteNumber("uncompressedBytes", share.UncompressedBytes);
            json.WriteBoolean("exact", share.IsExact);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTrial(Utf8JsonWriter json, CompressionTrial trial)
    {
        json.WriteStartObject("compression");
        json.WriteString("name", trial.Compression.Name);
        json.WriteNumber("layersTried", trial.Tried.Count);
        json.WriteNumber("bytesBefore", trial.Tried.Bytes);
        json.WriteNumber("bytesAfter", trial.BytesAfter);
        json.WriteNumber("savedBytes", trial.SavedBytes);
        json.WriteBoolean("exact", trial.IsExact);
        json.WriteEndObject();
    }
}
