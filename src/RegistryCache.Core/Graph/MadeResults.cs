namespace RegistryCache.Core.Graph;

/// <summary>The results that this process made. Unlike those that it found, they get a new date when they are exported.</summary>
internal static class MadeResults
{
    /// <summary>The graph in which what was made here has a date with which a look-up prefers it to the results of the same steps in
    /// another cache. What was found keeps its date, so that a copy cannot hide a newer result.</summary>
    public static CacheGraph DateAfter(CacheGraph ours, CacheGraph current, ResultOrder order)
    {
        if (!ours.Records.Any(r => r.Results.Any(IsMade)))
            return ours;
        var index = new CacheIndex(current);
        var found = new Dictionary<CacheRecord, IReadOnlyList<CacheRecord>>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(JoiningRecord.Without(ours)))
            found.Add(record, index.Find(record.Digest, KnownInputs(record, found)));
        return GraphRewrite.Apply(ours, record => record.Results.Select(r => IsMade(r) ? order.Settle(r, Present(record)) : r));

        List<CacheResult> Present(CacheRecord record) => [.. found.GetValueOrDefault(record, []).SelectMany(m => m.Results)];
    }

    /// <summary>A graph that was written and read again, with the same results marked as made here.</summary>
    public static CacheGraph MarkLike(CacheGraph written, CacheGraph read)
    {
        var made = written.Records.SelectMany(r => r.Results).Where(IsMade).Select(Key).ToHashSet();
        return made.Count == 0 ? read : GraphRewrite.Apply(
            read, record => record.Results.Select(r => made.Contains(Key(r)) ? r with { Rank = CacheResult.MadeHere } : r));

        static object Key(CacheResult result) => (result.CreatedAt, result.Chain?.Length, result.Chain?.Top.Digest);
    }

    /// <summary>The inputs of a record as links to the records of another cache that were found for its parents.</summary>
    public static List<IReadOnlyList<CacheLink>> KnownInputs(
        CacheRecord record, IReadOnlyDictionary<CacheRecord, IReadOnlyList<CacheRecord>> found) =>
        [.. record.Inputs.Select(links =>
            (IReadOnlyList<CacheLink>)[.. links.SelectMany(l => found[l.Record].Select(r => new CacheLink(r, l.Selector)))])];

    private static bool IsMade(CacheResult result) => result.Rank == CacheResult.MadeHere;
}
