using RegistryCache.Core.Content;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Storage;

namespace RegistryCache.Core.Export;

/// <summary>
/// A graph with the config and manifest that it makes. A graph of several caches, or one that was built here, gets a single leaf; one
/// that was read from one config keeps the leaves that it has, so that a copy is what it was.
/// </summary>
internal sealed record PlannedExport(CacheGraph Graph, WrittenCacheConfig Config, Descriptor ConfigDescriptor, ManifestContent Manifest)
{
    public static PlannedExport Of(CacheGraph graph, CacheManifestForm form)
    {
        if (!graph.KeepsSourceOrder)
            graph = JoiningRecord.Join(graph);
        var config = CacheConfigWriter.Write(graph);
        var descriptor = new Descriptor(MediaTypes.CacheConfig, Digest.OfBytes(config.Json.Span), config.Json.Length);
        var layers = config.Entries.Select(e => CacheManifestWriter.LayerDescriptor(form, e.Top.Descriptor));
        return new PlannedExport(graph, config, descriptor, CacheManifestWriter.Write(form, layers, descriptor));
    }

    /// <summary>The number of records, without a joining record.</summary>
    public int RecordCount => JoiningRecord.Without(Graph).Length;

    public bool IsEmpty => Config.Entries.Count == 0;

    public bool Exceeds(long threshold) => Config.Json.Length > threshold || Manifest.Bytes.Length > threshold;
}
