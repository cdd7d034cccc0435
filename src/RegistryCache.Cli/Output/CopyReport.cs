using System.Text.Json;
using RegistryCache.Storage;

namespace RegistryCache.Cli.Output;

/// <summary>Prints what a copy did, for people and for scripts.</summary>
internal static class CopyReport
{
    public static void WriteText(CacheExportReport report, Terminal terminal)
    {
        if (report.IsEmpty)
        {
            terminal.Report($"{report.Target}: nothing to export, not changed; {Filter(report)}");
            return;
        }

        foreach (var place in report.Places)
        {
            foreach (var layer in place.Layers)
                terminal.Report($"  {Action(layer.Outcome),-8}  {Text.Short(layer.After.Digest)}  {Text.Size(layer.After.Size),8}  "
                    + $"{Why(layer)}");
            terminal.Report($"{place.Store}:{place.Tag} ← {report.Manifest!.Digest}, {Text.Count(place.Layers.Count, "blob")}, "
                + $"{Text.Size(place.Layers.Sum(l => l.BytesSent))} sent in {report.Duration.TotalSeconds:0.0} s");
        }

        terminal.Report($"  {Filter(report)}");
    }

    public static void WriteJson(CacheImport import, IReadOnlyList<CopyOutcome> outcomes, TextWriter output) =>
        CacheJson.Write(output, json =>
        {
            json.WriteStartArray("sources");
            foreach (var source in import.Sources)
            {
                json.WriteStartObject();
                json.WriteString("source", source.Source.ToString());
                json.WriteString("outcome", source.IsHit ? "hit" : source.IsMiss ? "miss" : "failed");
                json.WriteString("detail", source.Detail);
                CacheJson.WriteSkipped(json, source);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("targets");
            foreach (var outcome in outcomes)
                WriteTarget(json, outcome);
            json.WriteEndArray();
        });

    private static void WriteTarget(Utf8JsonWriter json, CopyOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("target", outcome.Target.ToString());
        json.WriteBoolean("failed", outcome.Failed);
        if (outcome.Error is { } error)
            json.WriteString("error", ErrorLine.Of(error));
        if (outcome.Report is { } report)
            WriteReport(json, report);
        json.WriteEndObject();
    }

    private static void WriteReport(Utf8JsonWriter json, CacheExportReport report)
    {
        json.WriteBoolean("empty", report.IsEmpty);
        if (report.Mode is { } mode)
        {
            json.WriteString("mode", Text.Mode(mode));
            json.WriteNumber("results", report.Results);
            json.WriteNumber("resultsSkipped", report.ResultsSkipped);
        }

        if (report.Manifest is { } manifest)
            CacheJson.WriteDescriptor(json, "manifest", manifest, withMediaType: true);
        if (report.Config is { } config)
            CacheJson.WriteDescriptor(json, "config", config, withMediaType: false);
        json.WriteStartArray("layers");
        foreach (var (place, layer) in report.Places.SelectMany(p => p.Layers.Select(l => (p, l))))
            WriteLayer(json, place, layer);
        json.WriteEndArray();
        json.WriteNumber("bytesSent", report.BytesSent);
        json.WriteNumber("milliseconds", (long)report.Duration.TotalMilliseconds);
        json.WriteStartArray("warnings");
        foreach (var warning in report.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static void WriteLayer(Utf8JsonWriter json, ExportedPlace place, ExportedLayer layer)
    {
        json.WriteStartObject();
        json.WriteString("store", place.Store);
        json.WriteString("digest", layer.After.Digest.ToString());
        json.WriteString("mediaType", layer.After.MediaType);
        json.WriteNumber("size", layer.After.Size);
        json.WriteString("action", Action(layer.Outcome));
        json.WriteNumber("bytesSent", layer.BytesSent);
        json.WriteNumber("milliseconds", (long)layer.Duration.TotalMilliseconds);
        json.WriteBoolean("converted", layer.IsConverted);
        json.WriteString("reason", Why(layer));
        json.WriteStartObject("from");
        json.WriteString("digest", layer.Before.Digest.ToString());
        json.WriteNumber("size", layer.Before.Size);
        json.WriteString("compression", layer.From?.Name);
        json.WriteEndObject();
        json.WriteString("compression", layer.To?.Name);
        json.WriteEndObject();
    }

    private static string Filter(CacheExportReport report) => report.Mode is not { } mode
        ? "no results were filtered"
        : report.ResultsSkipped == 0
            ? $"mode={Text.Mode(mode)}: all {Text.Count(report.Results, "result")} kept"
            : $"mode={Text.Mode(mode)}: {Text.Count(report.Results, "result")} kept, {report.ResultsSkipped} skipped";

    private static string Action(BlobPushOutcome outcome) => outcome switch
    {
        BlobPushOutcome.AlreadyPresent => "present",
        BlobPushOutcome.Mounted => "mounted",
        _ => "uploaded",
    };

    private static string Why(ExportedLayer layer) => layer.Decision switch
    {
        LayerDecision.KeptWithoutForce => "kept: force-compression is off",
        LayerDecision.KeptSameCodec => $"kept: already {layer.To}",
        LayerDecision.Relabelled => $"kept, media type corrected to {layer.To}",
        LayerDecision.KeptNotALayer => "kept: not a layer",
        LayerDecision.ConvertedCodec =>
            $"converted {layer.From} → {layer.To}, {Text.Size(layer.Before.Size)} → {Text.Size(layer.After.Size)}",
        LayerDecision.ConvertedLevel =>
            $"recompressed as {layer.To} at the given level, {Text.Size(layer.Before.Size)} → {Text.Size(layer.After.Size)}",
        _ => $"encoded as {layer.To}",
    };
}
