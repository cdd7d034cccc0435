namespace RegistryCache.Core.Tests.Pruning;

/// <summary>Looks up every record of a cache, as a build does, in what pruning left.</summary>
internal static class KeptRecords
{
    /// <summary>Everything that was kept is found with its result, and nothing that went.</summary>
    public static void Check(CacheGraph before, PrunedGraph pruned)
    {
        var index = new CacheIndex(pruned.Graph);
        var found = new Dictionary<CacheRecord, IReadOnlyList<CacheRecord>>(ReferenceEqualityComparer.Instance);
        var gone = pruned.Results.Select(r => (r.Record, r.Result)).ToHashSet();
        var joining = before.FindJoiningRecords();
        foreach (var record in Core.Graph.GraphWalk.ParentsFirst(before.Records).Where(r => !joining.Contains(r)))
        {
            found[record] = index.Find(record.Digest, Core.Graph.MadeResults.KnownInputs(record, found));
            var kept = record.Results.Where(r => !gone.Contains((record, r))).ToList();
            var there = found[record].SelectMany(r => r.Results).Select(r => (r.CreatedAt, r.Chain?.Top.Digest, r.Chain?.Length)).ToList();
            Assert.That(there, Is.SupersetOf(kept.Select(r => (r.CreatedAt, r.Chain?.Top.Digest, r.Chain?.Length))), record.Digest);
        }

        var results = pruned.Graph.Records.Sum(r => r.Results.Length);
        Assert.That(results, Is.EqualTo(before.Records.Sum(r => r.Results.Length) - gone.Count), "nothing else is left");
        Assert.That(pruned.Graph.Records, Has.Length.EqualTo(before.Records.Length - joining.Count - pruned.Records).Or.EqualTo(before.Records.Length));
    }
}
