using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Divergence;

/// <summary>For steps of the second build that the first does not have: the step that was there instead. It has the same operation, or else
/// the same input. Each step of the first build stands for one of the second. The work for a step is limited.</summary>
internal sealed class Counterparts
{
    // Real caches have a few candidates. With more, those in front are as good as any.
    private const int MaxCandidates = 64;
    private const int MaxLooks = 1024;

    private readonly RecordPairs _pairs;
    private readonly Dictionary<CacheRecord, CacheRecord> _inFirst = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<CacheRecord> _taken = new(ReferenceEqualityComparer.Instance);

    public Counterparts(RecordPairs pairs)
    {
        _pairs = pairs;
        List<CacheRecord> left = [.. pairs.First.Where(r => !r.Inputs.IsEmpty && !pairs.IsInSecond(r))];
        List<CacheRecord> steps = [.. pairs.Second.Where(r => !r.Inputs.IsEmpty && pairs.InFirst(r).Count == 0)];
        var byDigest = left.ToLookup(r => r.Digest, StringComparer.Ordinal);
        foreach (var step in steps)
            Choose(step, byDigest[step.Digest]);

        var byInput = left.SelectMany(r => Uses(r).Select(use => (use, r))).ToLookup(u => u.use, u => u.r);
        foreach (var step in steps.Where(s => !_inFirst.ContainsKey(s)))
        {
            var uses = Uses(step).SelectMany(u => InFirst(u.Record).Select(r => (r, u.Input, u.Selector))).Take(MaxLooks);
            Choose(step, uses.SelectMany(u => byInput[u]));
        }
    }

    /// <summary>The counterpart of a step, or <see langword="null"/>.</summary>
    public CacheRecord? Of(CacheRecord second) => _inFirst.GetValueOrDefault(second);

    /// <summary>Whether a step of the first build is the counterpart of one of the second.</summary>
    public bool IsTaken(CacheRecord first) => _taken.Contains(first);

    /// <summary>Whether an input has a link that is the same in both builds.</summary>
    public bool Agree(IReadOnlyList<CacheLink> first, IReadOnlyList<CacheLink> second) => second.Any(
        link => _pairs.InFirst(link.Record).Any(r => first.Any(l => ReferenceEquals(l.Record, r) && l.Selector == link.Selector)));

    private static IEnumerable<(CacheRecord Record, int Input, string Selector)> Uses(CacheRecord record) =>
        record.Inputs.SelectMany((links, i) => links.Select(l => (l.Record, i, l.Selector)));

    private IEnumerable<CacheRecord> InFirst(CacheRecord second) =>
        _inFirst.TryGetValue(second, out var counterpart) ? [counterpart] : _pairs.InFirst(second);

    private void Choose(CacheRecord step, IEnumerable<CacheRecord> candidates)
    {
        CacheRecord? best = null;
        var bestScore = -1;
        foreach (var candidate in candidates.Take(MaxLooks).Where(c => !_taken.Contains(c)).Take(MaxCandidates))
        {
            var score = Score(candidate, step);
            if (score > bestScore)
                (best, bestScore) = (candidate, score);
        }

        if (best is null)
            return;
        _inFirst.Add(step, best);
        _taken.Add(best);
    }

    private int Score(CacheRecord first, CacheRecord second)
    {
        var score = first.Inputs.Length == second.Inputs.Length ? 1 : 0;
        for (var i = 0; i < Math.Min(first.Inputs.Length, second.Inputs.Length); i++)
            score += Agree(first.Inputs[i], second.Inputs[i]) ? 2 : 0;
        return score;
    }
}
