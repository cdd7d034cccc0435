using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Export;

/// <summary>
/// Makes a graph small enough for BuildKit. Records are ranked by build: the target with the best result anywhere in its ancestry comes
/// first (see <see cref="ResultOrder"/>). Ancestors come before their descendants, so each record that stays can still be reached. The
/// longest run of this ranking that fits is kept. What is left can have other leaves than before, so it is joined.
/// </summary>
internal static class GraphTrimmer
{
    public static PlannedExport Trim(CacheGraph graph, CacheManifestForm form, long threshold, ResultOrder order)
    {
        var ranking = Rank(graph, order);
        PlannedExport? best = null;
        int low = 1, high = ranking.Count;
        while (low <= high)
        {
            var count = low + (high - low) / 2;
            var kept = new HashSet<CacheRecord>(ranking.Take(count), ReferenceEqualityComparer.Instance);
            var plan = PlannedExport.Of(JoiningRecord.Join(GraphRewrite.Apply(graph, kept.Contains, static r => r.Results)), form);
            if (plan.Exceeds(threshold))
            {
                high = count - 1;
                continue;
            }

            best = plan;
            low = count + 1;
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
