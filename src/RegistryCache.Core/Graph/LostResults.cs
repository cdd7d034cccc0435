namespace RegistryCache.Core.Graph;

/// <summary>The results of a graph that cannot be loaded, because a layer of their chain is lost.</summary>
internal sealed class LostResults
{
    private readonly HashSet<LayerChain> _chains = new(ReferenceEqualityComparer.Instance);

    public LostResults(CacheGraph graph, Func<Digest, bool> isLost)
    {
        foreach (var chain in graph.ChainsParentsFirst())
        {
            if (isLost(chain.Top.Digest) || chain.Parent is { } parent && _chains.Contains(parent))
                _chains.Add(chain);
        }
    }

    public bool Contains(CacheResult result) => result.Chain is { } chain && _chains.Contains(chain);

    public int CountIn(CacheGraph graph) => graph.Records.Sum(r => r.Results.Count(Contains));

    /// <summary>The graph without them, and with its other layers replaced. Records stay with their links.</summary>
    public CacheGraph RemoveFrom(CacheGraph graph, Func<CacheLayer, CacheLayer> mapLayer) =>
        GraphRewrite.MapLayers(GraphRewrite.Apply(graph, record => record.Results.Where(r => !Contains(r))), mapLayer);
}
