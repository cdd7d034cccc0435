using System.Collections.Immutable;

namespace RegistryCache.Core.Graph;

/// <summary>Makes a graph from another by dropping records and changing results, record by record, parents first.</summary>
internal static class GraphRewrite
{
    /// <param name="graph">The graph.</param>
    /// <param name="keepRecord">Which records to keep, or <see langword="null"/> for all. It must keep the parents of what it keeps. A
    /// joining record is not asked for and not kept, because what it links to may go.</param>
    /// <param name="results">The results that a record is to have.</param>
    /// <param name="layerOrder">The source's layer order in terms of the new chains, or <see langword="null"/> when chains do not
    /// change.</param>
    public static CacheGraph Apply(
        CacheGraph graph,
        Func<CacheRecord, bool>? keepRecord,
        Func<CacheRecord, IEnumerable<CacheResult>> results,
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
        return new CacheGraph(records, layerOrder ?? graph.SourceLayerOrder, graph.KeepsSourceOrder);
    }

    /// <summary>The graph with at most one result a record: the one that wins, unless it has no layers. It has no rank any more, except
    /// that of what was made here.</summary>
    public static CacheGraph BestResultsOnly(CacheGraph graph, ResultOrder order) =>
        Apply(
            graph,
            keepRecord: null,
            r => order.Best(r.Results) is { Chain: not null } best ? [best with { Rank = Math.Min(best.Rank, 0) }] : []);

    /// <summary>The graph with the rank of its source on every result.</summary>
    public static CacheGraph Rank(CacheGraph graph, int rank) =>
        rank == 0 ? graph : Apply(graph, keepRecord: null, r => r.Results.Select(result => result with { Rank = rank }));

    /// <summary>The graph with every layer replaced. Chains that become equal become the same chain.</summary>
    public static CacheGraph MapLayers(CacheGraph graph, Func<CacheLayer, CacheLayer> mapLayer)
    {
        var table = new ChainTable();
        var chains = new Dictionary<LayerChain, LayerChain>(ReferenceEqualityComparer.Instance);
        foreach (var chain in graph.ChainsParentsFirst())
            chains.Add(chain, table.Intern(chain.Parent is null ? null : chains[chain.Parent], mapLayer(chain.Top)));
        ImmutableArray<LayerChain> order = [.. graph.SourceLayerOrder.Where(chains.ContainsKey).Select(c => chains[c]).Distinct()];
        return Apply(graph, keepRecord: null, Results, order);

        IEnumerable<CacheResult> Results(CacheRecord record) =>
            record.Results.Select(r => r.Chain is null ? r : r with { Chain = chains[r.Chain] });
    }
}
