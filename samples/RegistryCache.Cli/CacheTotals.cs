using RegistryCache.Core.Graph;

namespace RegistryCache.Cli;

/// <summary>How much there is in a cache. Layers count chain nodes, blobs count distinct digests.</summary>
internal sealed record CacheTotals(int Records, int Links, int Results, int Layers, int Blobs, long Bytes)
{
    public static CacheTotals Of(CacheGraph graph)
    {
        var chains = graph.CollectChains();
        var blobs = chains.Select(c => c.Top).DistinctBy(l => l.Digest).ToList();
        return new CacheTotals(
            graph.Records.Length,
            graph.Records.Sum(r => r.Inputs.Sum(i => i.Length)),
            graph.Records.Sum(r => r.Results.Length),
            chains.Count,
            blobs.Count,
            blobs.Sum(b => b.Descriptor.Size));
    }
}
