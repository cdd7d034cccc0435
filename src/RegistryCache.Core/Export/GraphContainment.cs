using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Export;

/// <summary>Whether a look-up in one cache finds everything that another one holds.</summary>
internal static class GraphContainment
{
    public static bool Contains(CacheGraph whole, CacheGraph part, ResultOrder order)
    {
        var index = new CacheIndex(whole);
        var found = new Dictionary<CacheRecord, IReadOnlyList<CacheRecord>>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(JoiningRecord.Without(part)))
        {
            var match = index.Find(record.Digest, MadeResults.KnownInputs(record, found));
            if (match.Count == 0 || !HasResult(match, record, order) || !match.Any(m => HasLinks(m, record, found)))
                return false;
            found.Add(record, match);
        }

        return true;
    }

    // A newer result of another writer is good enough, because a union of the two caches would export it.
    private static bool HasResult(IReadOnlyList<CacheRecord> match, CacheRecord record, ResultOrder order) =>
        order.Best(record.Results) is not { Chain: not null } ours
        || order.Best(match.SelectMany(m => m.Results)) is { } theirs && order.Compare(theirs, ours) <= 0;

    private static bool HasLinks(CacheRecord candidate, CacheRecord record, Dictionary<CacheRecord, IReadOnlyList<CacheRecord>> found)
    {
        for (var i = 0; i < record.Inputs.Length; i++)
        {
            var links = candidate.Inputs[i];
            if (!record.Inputs[i].All(l => found[l.Record].Any(r => links.Contains(new CacheLink(r, l.Selector)))))
                return false;
        }

        return true;
    }
}
