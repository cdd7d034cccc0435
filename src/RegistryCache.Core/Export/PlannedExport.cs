using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Import;
using RegistryCache.Core.Layers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Export;

/// <summary>A graph with its config and manifest. A copy of one config keeps its leaves; any other graph gets a single leaf.</summary>
internal sealed record PlannedExport(CacheGraph Graph, WrittenCacheConfig Config, Descriptor ConfigDescriptor, ManifestContent Manifest)
{
    public static PlannedExport Of(CacheGraph graph, CacheManifestForm form, LayerCodecSet codecs)
    {
        var (written, config) = graph.KeepsSourceOrder ? (graph, CacheConfigWriter.Write(graph)) : WriteJoined(graph);
        var descriptor = new Descriptor(MediaTypes.CacheConfig, Digest.OfBytes(config.Json.Span), config.Json.Length);
        var layers = config.Entries.Select(e => codecs.DescriptorIn(form, e.Top.Descriptor));
        return new PlannedExport(written, config, descriptor, CacheManifestWriter.Write(form, layers, descriptor));
    }

    /// <summary>Joins a graph so that it has one leaf for its readers too. Similar records can match each other in the order of the config,
    /// although they did not match in the order in which they were added. A reader unites them, and then has other leaves. So they are
    /// united here first. Each round leaves fewer records; nearly every graph needs none.</summary>
    private static (CacheGraph Graph, WrittenCacheConfig Config) WriteJoined(CacheGraph graph)
    {
        while (true)
        {
            var joined = JoiningRecord.Join(graph);
            var config = CacheConfigWriter.Write(joined);

            // BuildKit does not read a larger config, so its number of leaves does not matter.
            if (config.Json.Length > CacheFormatLimits.BuildKitMaxBytes)
                return (joined, config);
            const string What = "the config to be written";
            var layers = config.Entries.DistinctBy(e => e.Top.Digest).ToDictionary(e => e.Top.Digest.ToString(), e => e.Top);
            var limits = CacheFormatLimits.Default;
            var read = CacheConfigReader.Read(CacheConfigParser.Parse(config.Json.Span, What, limits), layers, What, limits);
            if (read.Records.Length == joined.Records.Length)
                return (joined, config);
            var builder = new CacheGraphBuilder();
            builder.AddGraph(MadeResults.MarkLike(joined, read));
            graph = builder.Build();
        }
    }

    /// <summary>What a tag holds that points to this export.</summary>
    public PlaceContent AsContent() => new(Manifest.Descriptor.Digest)
    {
        Manifest = Manifest.Descriptor,
        Config = ConfigDescriptor,
        Graph = Graph,
        LayerSizes = Config.Entries.DistinctBy(e => e.Top.Digest).ToDictionary(e => e.Top.Digest, e => e.Top.Descriptor.Size),
    };

    /// <summary>The number of records, without a joining record.</summary>
    public int RecordCount => JoiningRecord.Without(Graph).Length;

    public bool IsEmpty => Config.Entries.Count == 0;

    /// <summary>The size of the config or of the manifest, whichever is larger.</summary>
    public long LargestBytes => Math.Max(Config.Json.Length, Manifest.Bytes.Length);

    public bool Exceeds(long threshold) => LargestBytes > threshold;

    /// <summary>Refuses an export that an import with the same limits would refuse.</summary>
    public void RequireReadable(string what, CacheFormatLimits limits)
    {
        var links = Graph.Records.Sum(r => (long)r.Results.Length + r.Inputs.Length + r.Inputs.Sum(i => (long)i.Length));
        (string Name, long Limit, long Actual)[] all =
        [
            (nameof(limits.MaxManifestBytes), limits.MaxManifestBytes, Manifest.Bytes.Length),
            (nameof(limits.MaxConfigBytes), limits.MaxConfigBytes, Config.Json.Length),
            (nameof(limits.MaxRecords), limits.MaxRecords, Graph.Records.Length),
            (nameof(limits.MaxLayers), limits.MaxLayers, Config.Entries.Count),
            (nameof(limits.MaxLinks), limits.MaxLinks, links),
        ];
        foreach (var (name, limit, actual) in all)
        {
            if (actual > limit)
                throw new LimitExceededException(what, $"{nameof(CacheFormatLimits)}.{name}", limit, actual);
        }
    }
}
