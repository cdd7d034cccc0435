using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>A cache as JSON, for scripts. Layers and records refer to each other by index, as in the config.</summary>
internal static class CacheJson
{
    public static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(ImportedCache cache, TextWriter output) => Write(output, json =>
    {
        var graph = cache.Graph;
        var chains = graph.CollectChains();
        var chainIndex = Index(chains);
        json.WriteString("form", Text.Form(cache.Form!.Value, cache.IsInline));
        WriteDescriptor(json, "manifest", cache.Manifest!, withMediaType: true);
        if (cache.Config is { } config)
            WriteDescriptor(json, "config", config, withMediaType: false);
        else
            json.WriteNull("config");
        WriteSkipped(json, cache);
        json.WriteStartArray("layers");
        foreach (var chain in chains)
            WriteLayer(json, chain, chainIndex);
        json.WriteEndArray();
        WriteRecords(json, graph, chainIndex);
        WriteTotals(json, CacheTotals.Of(graph));
    });

    /// <summary>Writes one JSON object and a line break.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        // Line breaks occur only between tokens: inside strings they are escaped.
        foreach (var line in ErrorText.EscapeJson(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)).Split('\n'))
            output.WriteLine(line.TrimEnd('\r'));
    }

    public static void WriteDescriptor(Utf8JsonWriter json, string name, Descriptor descriptor, bool withMediaType)
    {
        json.WriteStartObject(name);
        if (withMediaType)
            json.WriteString("mediaType", descriptor.MediaType);
        json.WriteString("digest", descriptor.Digest.ToString());
        json.WriteNumber("size", descriptor.Size);
        json.WriteEndObject();
    }

    public static void WriteSkipped(Utf8JsonWriter json, ImportedCache cache)
    {
        json.WriteStartArray("skipped");
        foreach (var skipped in cache.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("digest", skipped.Descriptor.Digest.ToString());
            json.WriteString("mediaType", skipped.Descriptor.MediaType);
            json.WriteString("reason", skipped.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLayer(Utf8JsonWriter json, LayerChain chain, Dictionary<LayerChain, int> chainIndex)
    {
        var layer = chain.Top;
        json.WriteStartObject();
        json.WriteString("digest", layer.Digest.ToString());
        json.WriteNumber("size", layer.Descriptor.Size);
        json.WriteString("mediaType", layer.Descriptor.MediaType);
        json.WriteString("diffId", layer.DiffId?.ToString());
        if (layer.MalformedDiffId is { } malformed)
            json.WriteString("malformedDiffId", malformed);
        json.WriteNumber("parent", chain.Parent is null ? -1 : chainIndex[chain.Parent]);
        json.WriteString("createdAt", layer.CreatedAt?.ToString());
        json.WriteEndObject();
    }

    private static void WriteRecords(Utf8JsonWriter json, CacheGraph graph, Dictionary<LayerChain, int> chainIndex)
    {
        var recordIndex = Index(graph.Records);
        var joining = graph.FindJoiningRecords().ToHashSet();
        json.WriteStartArray("records");
        foreach (var record in graph.Records)
        {
            json.WriteStartObject();
            json.WriteString("digest", record.Digest);
            if (joining.Contains(record))
                json.WriteBoolean("joining", true);
            json.WriteStartArray("inputs");
            foreach (var links in record.Inputs)
            {
                json.WriteStartArray();
                foreach (var link in links)
                {
                    json.WriteStartObject();
                    json.WriteNumber("record", recordIndex[link.Record]);
                    json.WriteString("selector", link.Selector);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartArray("results");
            foreach (var result in record.Results)
            {
                json.WriteStartObject();
                json.WriteNumber("layer", result.Chain is null ? -1 : chainIndex[result.Chain]);
                json.WriteString("createdAt", result.CreatedAt.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTotals(Utf8JsonWriter json, CacheTotals totals)
    {
        json.WriteStartObject("totals");
        json.WriteNumber("records", totals.Records);
        json.WriteNumber("links", totals.Links);
        json.WriteNumber("results", totals.Results);
        json.WriteNumber("layers", totals.Layers);
        json.WriteNumber("blobs", totals.Blobs);
        json.WriteNumber("bytes", totals.Bytes);
        json.WriteEndObject();
    }

    private static Dictionary<T, int> Index<T>(IReadOnlyList<T> items)
        where T : class
    {
        var index = new Dictionary<T, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < items.Count; i++)
            index.Add(items[i], i);
        return index;
    }
}
