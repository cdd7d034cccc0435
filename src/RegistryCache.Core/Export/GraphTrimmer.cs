using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Export;

/// <summary>Makes a graph small enough for BuildKit. Records are ranked by build: the target with the best result anywhere in its ancestry
/// comes first (see <see cref="ResultOrder"/>). Ancestors come before their descendants, so each record that stays can still be reached.
/// The longest start of this ranking that fits is kept.</summary>
internal static class GraphTrimmer
{
    private const int Guesses = 8;

    public static PlannedExport Trim(PlannedExport whole, Func<CacheGraph, PlannedExport> plan, long threshold, ResultOrder order)
    {
        var ranking = Rank(whole.Graph, order);
        PlannedExport? best = null;
        int fits = 0, exceeds = ranking.Count;
        long fitsBytes = 0, exceedsBytes = whole.LargestBytes;

        // Most records have about the same size, so interpolation between the two known sizes needs few steps. If not, halve the range.
        for (var step = 0; exceeds - fits > 1; step++)
        {
            var share = step < Guesses ? (double)(threshold - fitsBytes) / (exceedsBytes - fitsBytes) : 0.5;
            var count = Math.Clamp(fits + (int)((exceeds - fits) * share), fits + 1, exceeds - 1);
            var kept = new HashSet<CacheRecord>(ranking.Take(count), ReferenceEqualityComparer.Instance);
            var planned = plan(GraphRewrite.Apply(whole.Graph, static r => r.Results, kept.Contains));
            if (planned.Exceeds(threshold))
                (exceeds, exceedsBytes) = (count, planned.LargestBytes);
            else
                (fits, fitsBytes, best) = (count, planned.LargestBytes, planned);
        }

        return best ?? throw new LimitExceededException(
            "Even a single record of the cache",
            $"{nameof(CacheExportOptions)}.{nameof(CacheExportOptions.OversizeThreshold)}",
            threshold);
    }

    private static List<CacheRecord> Rank(CacheGraph graph, ResultOrder order)
    {
        var best = BestInAncestry(graph, order);
        return GraphWalk.ParentsFirst(graph.FindTargets().OrderBy(t => best[t], order));
    }

    private static Dictionary<CacheRecord, CacheResult?> BestInAncestry(CacheGraph graph, ResultOrder order)
    {
        var best = new Dictionary<CacheRecord, CacheResult?>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(graph.Records))
        {
            var inherited = record.Inputs.SelectMany(links => links).Select(l => best[l.Record]).OfType<CacheResult>();
            best.Add(record, order.Best(record.Results.Concat(inherited)));
        }

        return best;
    }
}
