using System.IO.Enumeration;
using RegistryCache.Core.Folders;
using RegistryCache.Core.Graph;
using Result = (RegistryCache.CacheRecord Record, RegistryCache.CacheResult Result, string? Key);

namespace RegistryCache.Core.Pruning;

/// <summary>Decides which results of some caches go. Each rule only takes results away from those that may go; the greatest size then
/// takes as few of these as it needs, from all caches together.</summary>
internal sealed class PruneSelection(PruneRules rules, ResultOrder order, DateTimeOffset now)
{
    /// <summary>What stays and what goes, for each cache.</summary>
    public IReadOnlyList<PrunedGraph> Prune(IReadOnlyList<PrunedCache> caches)
    {
        rules.RequireOne();
        var candidates = new List<Result>[caches.Count];
        var newestTags = NewestTags(caches);
        for (var i = 0; i < candidates.Length; i++)
            candidates[i] = rules.RemoveResults && newestTags(caches[i].Tag) ? Candidates(caches[i]) : [];
        if (rules.MaxBytes is { } most)
        {
            var taken = SizeCeiling.Take(caches.Select(c => c.Graph), candidates.SelectMany(c => c), most, rules.Order, order);
            foreach (var list in candidates)
                list.RemoveAll(c => !taken.Contains(c.Result.Chain!));
        }

        return [.. caches.Select((cache, i) => new PruneRemoval(candidates[i]).ApplyTo(cache.Graph))];
    }

    private List<Result> Candidates(PrunedCache cache)
    {
        var oldest = rules.OlderThan is { } age ? Before(age) : (CacheTime?)null;
        var mayGo = KeysThatMayGo(cache.Graph);
        var found = new List<Result>();
        foreach (var record in cache.Graph.Records)
        {
            var key = record.Results.IsEmpty ? null : FolderRecords.KeyOf(record);
            if (!mayGo(key))
                continue;
            found.AddRange(record.Results
                .Where(r => oldest is null || (!r.CreatedAt.IsZero && r.CreatedAt < oldest))
                .Where(r => rules.MaxBytes is null || r.Chain is not null)
                .Select(r => (record, r, key)));
        }

        return found;
    }

    private CacheTime Before(TimeSpan age) =>
        now - DateTimeOffset.MinValue > age ? CacheTime.From((now - age).ToUniversalTime()) : CacheTime.Zero;

    private Func<string?, bool> KeysThatMayGo(CacheGraph graph)
    {
        if (rules.Keys.Count == 0 && rules.KeepNewestKeys.Count == 0)
            return static _ => true;
        var keys = rules.KeepNewestKeys.Count == 0
            ? null
            : BeyondTheNewest([.. FolderRecords.List(graph, order).Select(e => e.Key)], rules.KeepNewestKeys);
        return key => key is not null && Matches(rules.Keys, key) && keys?.Contains(key) != false;
    }

    private Func<string, bool> NewestTags(IReadOnlyList<PrunedCache> caches)
    {
        if (rules.KeepNewestTags.Count == 0)
            return tag => Matches(rules.Tags, tag);
        var newestFirst = caches.OrderBy(c => order.Best(c.Graph.Records.SelectMany(r => r.Results)), order)
            .ThenBy(c => c.Tag, StringComparer.Ordinal).Select(c => c.Tag);
        var beyond = BeyondTheNewest([.. newestFirst], rules.KeepNewestTags);
        return tag => Matches(rules.Tags, tag) && beyond.Contains(tag);
    }

    /// <summary>The names that have a prefix and are not among the newest of any of their prefixes.</summary>
    private static HashSet<string> BeyondTheNewest(List<string> newestFirst, IReadOnlyList<(string Prefix, int Count)> counts)
    {
        var beyond = new HashSet<string>(StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (prefix, count) in counts)
        {
            var named = newestFirst.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            kept.UnionWith(named.Take(count));
            beyond.UnionWith(named.Skip(count));
        }

        beyond.ExceptWith(kept);
        return beyond;
    }

    private static bool Matches(IReadOnlyList<string> patterns, string name) =>
        patterns.Count == 0 || patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: false));
}
