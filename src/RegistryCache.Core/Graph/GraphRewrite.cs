using System.Collections.Immutable;

namespace RegistryCache.Core.Graph;

/// <summary>Makes a graph from another by dropping records and changing results, record by record, parents first.</summary>
internal static class GraphRewrite
{
    /// <summary>The graph with other <paramref name="results"/>. If <paramref name="keepRecord"/> is given, it must keep the parents of
    /// what it keeps. Then a joining record is dropped, because other records may become leaves, and the order of the source has no meaning
    /// any more. <paramref name="layerOrder"/> is the source's layer order if chains change.</summary>
    public static CacheGraph Apply(
        CacheGraph graph,
        Func<CacheRecord, IEnumerable<CacheResult>> results,
        Func<CacheRecord, bool>? keepRecord = null,
        ImmutableArray<LayerChain>? layerOrder = null)
    {
        var map = new Dictionary<CacheRecord, CacheRecord>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(keepRecord is null ? graph.Records : JoiningRecord.Without(graph)))
        {
            if (keepRecord is not null && !keepRecord(record))
                continue;
            var inputs = ImmutableArray.CreateBuilder<ImmutableArray<CacheLink>>(record.Inputs.Length);
            foreach (var links in record.Inputs)
                inputs.Add([.. links.Where(l => map.ContainsKey(l.Record)).Select(l => l with { Record = map[l.Record] })]);
            map.Add(record, new CacheRecord(record.Digest, inputs.MoveToImmutable(), [.. results(record)]));
        }

        ImmutableArray<CacheRecord> records = [.. graph.Records.Where(map.ContainsKey).Select(r => map[r])];
        return keepRecord is null
            ? new CacheGraph(records, layerOrder ?? graph.SourceLayerOrder, graph.KeepsSourceOrder)
            : new CacheGraph(records, [], keepsSourceOrder: false);
    }

    /// <summary>The graph with the result that wins in each record, if it has layers. Only what was made here keeps its rank.</summary>
    public static CacheGraph BestResultsOnly(CacheGraph graph, ResultOrder order) =>
        Apply(graph, r => order.Best(r.Results) is { Chain: not null } best ? [best with { Rank = Math.Min(best.Rank, 0) }] : []);

    /// <summary>The graph with the rank of its source on every result.</summary>
    public static CacheGraph Rank(CacheGraph graph, int rank) =>
        rank == 0 ? graph : Apply(graph, r => r.Results.Select(result => result with { Rank = rank }));

    /// <summary>The graph with every layer replaced. Chains that become equal become the same chain.</summary>
    public static CacheGraph MapLayers(CacheGraph graph, Func<CacheLayer, CacheLayer> mapLayer)
    {
        var table = new ChainTable();
        var chains = new Dictionary<LayerChain, LayerChain>(ReferenceEqualityComparer.Instance);
        foreach (var chain in graph.ChainsParentsFirst())
            chains.Add(chain, table.Intern(chain.Parent is null ? null : chains[chain.Parent], mapLayer(chain.Top)));
        ImmutableArray<LayerChain> order = [.. graph.SourceLayerOrder.Where(chains.ContainsKey).Select(c => chains[c]).Distinct()];
        return Apply(
            graph, record => record.Results.Select(r => r.Chain is null ? r : r with { Chain = chains[r.Chain] }), layerOrder: order);
    }
}
