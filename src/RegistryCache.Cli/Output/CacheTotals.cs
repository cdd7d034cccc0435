namespace RegistryCache.Cli.Output;

/// <summary>Totals of a cache. A joining record is not counted, layers are chain nodes, and blobs are distinct digests.</summary>
internal sealed record CacheTotals(int Records, int Links, int Results, int Layers, int Blobs, long Bytes)
{
    public static CacheTotals Of(CacheGraph graph)
    {
        var records = graph.Records.Except(graph.FindJoiningRecords()).ToList();
        var chains = graph.CollectChains();
        var blobs = chains.Select(c => c.Top).DistinctBy(l => l.Digest).ToList();
        return new CacheTotals(
            records.Count,
            records.Sum(r => r.Inputs.Sum(i => i.Length)),
            records.Sum(r => r.Results.Length),
            chains.Count,
            blobs.Count,
            blobs.Sum(b => b.Descriptor.Size));
    }
}
