using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Export;

/// <summary>
/// Makes a graph small enough to be read back by BuildKit. Records are ranked by build: the target with the newest result anywhere in
/// its ancestry first, each behind its ancestors, so that every record that stays can still be reached. The longest run of this
/// ranking that fits is kept. What is left can have other leaves than before, so it is joined.
/// </summary>
internal static class GraphTrimmer
{
    public static PlannedExport Trim(CacheGraph graph, CacheManifestForm form, long threshold)
    {
        var ranking = Rank(graph);
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

        return best ?? throw new LimitExceededException("Even a single record of the cache", nameof(CacheExportOptions.OversizeThreshold), threshold);
    }

    private static List<CacheRecord> Rank(CacheGraph graph)
    {
        var newest = NewestInAncestry(graph);
        var byAge = graph.FindTargets().OrderByDescending(t => newest[t]);
        return GraphWalk.ParentsFirst(byAge);
    }

    private static Dictionary<CacheRecord, CacheTime> NewestInAncestry(CacheGraph graph)
    {
        var newest = new Dictionary<CacheRecord, CacheTime>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(graph.Records))
        {
            var time = record.NewestResult?.CreatedAt ?? CacheTime.Zero;
            foreach (var parent in record.Inputs.SelectMany(links => links))
                time = newest[parent.Record] > time ? newest[parent.Record] : time;
            newest.Add(record, time);
        }

        return newest;
    }
}
