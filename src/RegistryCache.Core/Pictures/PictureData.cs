using System.Buffers;
using System.Text;
using System.Text.Json;

namespace RegistryCache.Core.Pictures;

/// <summary>Writes what the page needs for details and search, as JSON. Records and layers are named by their position.</summary>
internal static class PictureData
{
    // The default encoder writes < > & ' and everything outside ASCII as \u, so no text can end the script element.
    public static string Write(PictureGraph graph, bool goesDown)
    {
        var records = new Dictionary<CacheRecord, int>(ReferenceEqualityComparer.Instance);
        foreach (var record in graph.Records)
            records.Add(record, records.Count);
        var chains = CacheGraph.ChainsOf(graph.Records.SelectMany(r => r.Results));
        var layers = new Dictionary<LayerChain, int>(ReferenceEqualityComparer.Instance);
        foreach (var chain in chains)
            layers.Add(chain, layers.Count);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("down", goesDown);
            json.WriteStartArray("boxes");
            foreach (var box in graph.Boxes)
                Write(json, box, records);
            json.WriteEndArray();
            json.WriteStartArray("records");
            foreach (var record in graph.Records)
                Write(json, record, records, layers);
            json.WriteEndArray();
            json.WriteStartArray("layers");
            foreach (var chain in chains)
                Write(json, chain, layers);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, PictureBox box, Dictionary<CacheRecord, int> records)
    {
        json.WriteStartObject();
        json.WriteStartArray("records");
        foreach (var record in box.Records)
            json.WriteNumberValue(records[record]);
        json.WriteEndArray();
        json.WriteString("label", box.Label);
        json.WriteNumber("size", box.Size);
        if (box.CreatedAt is { } time)
            json.WriteString("time", PictureText.Time(time));
        if (box.Side != PictureSide.Both)
            json.WriteString("side", box.Side == PictureSide.Before ? "before" : "after");
        json.WriteEndObject();
    }

    private static void Write(
        Utf8JsonWriter json, CacheRecord record, Dictionary<CacheRecord, int> records, Dictionary<LayerChain, int> layers)
    {
        json.WriteStartObject();
        json.WriteString("digest", PictureText.Whole(record.Digest));
        json.WriteStartArray("inputs");
        foreach (var links in record.Inputs)
        {
            json.WriteStartArray();
            foreach (var link in links)
            {
                json.WriteStartArray();
                json.WriteNumberValue(records[link.Record]);
                json.WriteStringValue(PictureText.Whole(link.Selector));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("results");
        foreach (var result in record.Results)
        {
            json.WriteStartArray();
            json.WriteNumberValue(result.Chain is null ? -1 : layers[result.Chain]);
            json.WriteStringValue(result.CreatedAt.IsZero ? "" : PictureText.Time(result.CreatedAt));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LayerChain chain, Dictionary<LayerChain, int> layers)
    {
        json.WriteStartArray();
        json.WriteStringValue(chain.Top.Digest.ToString());
        json.WriteNumberValue(chain.Top.Descriptor.Size);
        json.WriteNumberValue(chain.Parent is null ? -1 : layers[chain.Parent]);
        json.WriteStringValue(PictureText.Whole(chain.Top.Descriptor.MediaType));
        json.WriteEndArray();
    }
}
