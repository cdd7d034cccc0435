using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Statistics;

/// <summary>Which records and results the bytes of a graph belong to. Each layer counts once.</summary>
internal static class LayerShares
{
    private static readonly int[] Days = [1, 7, 30, 90, 365];

    public static LayerTotal Total(CacheGraph graph) => Total(graph.ChainsParentsFirst().Select(c => c.Top));

    public static LayerTotal Total(IEnumerable<CacheLayer> layers)
    {
        var total = default(LayerTotal);
        foreach (var layer in layers.DistinctBy(l => l.Digest))
            total = total.Plus(layer);
        return total;
    }

    public static IReadOnlyList<(TimeSpan Below, LayerTotal Layers)> ByAge(CacheGraph graph, DateTimeOffset now)
    {
        IReadOnlyList<TimeSpan> bands = [.. Days.Select(d => TimeSpan.FromDays(d)), TimeSpan.MaxValue];
        var horizons = bands.SkipLast(1).Select(b => CacheTime.From(now - b)).ToList();
        var totals = new LayerTotal[bands.Count];
        foreach (var (layer, time) in NewestUse(graph))
        {
            var band = horizons.FindIndex(h => time > h);
            band = band < 0 ? bands.Count - 1 : band;
            totals[band] = totals[band].Plus(layer);
        }

        return [.. bands.Zip(totals)];
    }

    public static IReadOnlyList<(int Stage, int Records, LayerTotal Layers)> ByStage(CacheGraph graph)
    {
        var stages = new Dictionary<CacheRecord, int>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(JoiningRecord.Without(graph)))
            stages.Add(record, record.Inputs.SelectMany(l => l).Select(l => stages[l.Record] + 1).DefaultIfEmpty(0).Max());
        var seen = new HashSet<LayerChain>(ReferenceEqualityComparer.Instance);
        var counted = new HashSet<Digest>();
        var rows = new List<(int, int, LayerTotal)>();
        foreach (var stage in stages.GroupBy(s => s.Value, s => s.Key).OrderBy(s => s.Key))
        {
            var total = default(LayerTotal);
            foreach (var result in stage.SelectMany(r => r.Results))
            {
                for (var chain = result.Chain; chain is not null && seen.Add(chain); chain = chain.Parent)
                {
                    if (counted.Add(chain.Top.Digest))
                        total = total.Plus(chain.Top);
                }
            }

            rows.Add((stage.Key, stage.Count(), total));
        }

        return rows;
    }

    /// <summary>Each layer with the time of the newest result that needs it.</summary>
    private static IEnumerable<(CacheLayer Layer, CacheTime Newest)> NewestUse(CacheGraph graph)
    {
        var newest = new Dictionary<LayerChain, CacheTime>(ReferenceEqualityComparer.Instance);
        foreach (var result in graph.Records.SelectMany(r => r.Results).Where(r => r.Chain is not null))
            Raise(result.Chain!, result.CreatedAt);
        var chains = graph.ChainsParentsFirst();
        for (var i = chains.Count - 1; i >= 0; i--)
        {
            if (chains[i].Parent is { } parent)
                Raise(parent, newest[chains[i]]);
        }

        return chains.GroupBy(c => c.Top.Digest).Select(g => (g.First().Top, g.Select(c => newest[c]).Max()));

        void Raise(LayerChain chain, CacheTime time)
        {
            if (!newest.TryGetValue(chain, out var known) || time > known)
                newest[chain] = time;
        }
    }

    private static LayerTotal Plus(this LayerTotal total, CacheLayer layer) => new(total.Count + 1, total.Bytes + layer.Descriptor.Size);
}
