namespace RegistryCache.Core.Graph;

/// <summary>
/// The results that <c>mode=min</c> keeps: those whose layers are a contiguous run of a target's layers. To make the blobs of a
/// target, BuildKit makes those of every lower part, and those of each step that was put on top by itself (<c>COPY --link</c>); a
/// result whose blobs exist is exported. Source: BuildKit solver/exporter.go and cache/blobs.go. See docs/adr/0009-mode-of-a-copy.md.
/// </summary>
internal static class TargetResults
{
    public static CacheGraph Keep(CacheGraph graph, IEnumerable<CacheRecord> targets)
    {
        var results = JoiningRecord.Resolve(graph, targets).Select(t => t.NewestResult).OfType<CacheResult>();
        var hosts = CacheGraph.ChainsOf(results);
        var kept = new HashSet<LayerChain>(hosts, ReferenceEqualityComparer.Instance);
        kept.UnionWith(ChainRuns.Find(hosts, graph.ChainsParentsFirst(), out _));
        return GraphRewrite.Apply(
            graph, keepRecord: null, record => record.Results.Where(r => r.Chain is { } chain && kept.Contains(chain)));
    }
}
