namespace RegistryCache.Core.Import;

/// <summary>Several caches as one.</summary>
internal static class CacheUnion
{
    public static CacheGraph Of(IReadOnlyList<CacheGraph> graphs, CacheFormatLimits limits)
    {
        if (graphs.Count == 0)
            return CacheGraph.Empty;

        // One cache alone is not rebuilt: it keeps the order, and so the digest, of its source.
        if (graphs.Count == 1)
            return graphs[0];
        var builder = new CacheGraphBuilder(limits.MaxMergeSteps);
        foreach (var graph in graphs)
            builder.AddGraph(graph);
        return builder.Build();
    }
}
