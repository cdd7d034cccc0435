namespace RegistryCache.Core.Graph;

/// <summary>The results that <c>mode=min</c> keeps: those whose layers are a contiguous run of a target's layers. To make the blobs of a
/// target, BuildKit makes those of every lower part, and those of each step that was put on top by itself (<c>COPY --link</c>); a result
/// whose blobs exist is exported. Source: BuildKit solver/exporter.go and cache/blobs.go. See docs/adr/0009-mode-of-a-copy.md.</summary>
internal static class TargetResults
{
    /// <summary>The graph with all results that are kept; of a target the newest result counts.</summary>
    public static CacheGraph Keep(CacheGraph graph, IEnumerable<CacheRecord> targets) =>
        Keep(graph, targets, ResultOrder.ByDate, static record => record.Results);

    /// <summary>The graph with the winner of each record, if it is kept.</summary>
    public static CacheGraph KeepBest(CacheGraph graph, IEnumerable<CacheRecord> targets, ResultOrder order) =>
        Keep(graph, targets, order, record => order.Best(record.Results) is { } best ? [best] : []);

    private static CacheGraph Keep(
        CacheGraph graph, IEnumerable<CacheRecord> targets, ResultOrder order, Func<CacheRecord, IEnumerable<CacheResult>> resultsOf)
    {
        var hosts = CacheGraph.ChainsOf(JoiningRecord.Resolve(graph, targets).Select(t => order.Best(t.Results)).OfType<CacheResult>());
        var kept = new HashSet<LayerChain>(hosts, ReferenceEqualityComparer.Instance);
        kept.UnionWith(ChainRuns.Find(hosts, CacheGraph.ChainsOf(graph.Records.SelectMany(resultsOf)), out _));
        return GraphRewrite.Apply(graph, record => resultsOf(record).Where(r => r.Chain is { } chain && kept.Contains(chain)));
    }
}
