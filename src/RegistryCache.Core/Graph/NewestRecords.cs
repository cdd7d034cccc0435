namespace RegistryCache.Core.Graph;

/// <summary>A rule for a cache that grows: of the records whose only input is a root record, the newest are kept.</summary>
/// <param name="Root">The digest of the root record, which has no inputs.</param>
/// <param name="Count">How many of its records are kept.</param>
internal sealed record NewestRecords(string Root, int Count)
{
    public CacheGraph KeepIn(CacheGraph graph, ResultOrder order)
    {
        HashSet<CacheRecord> old = new(
            graph.Records.Where(r => !r.Results.IsEmpty && IsOfRoot(r)).OrderBy(r => order.Best(r.Results), order).Skip(Count),
            ReferenceEqualityComparer.Instance);
        return old.Count == 0 ? graph : GraphRewrite.Apply(graph, r => !old.Contains(r), static r => r.Results);
    }

    private bool IsOfRoot(CacheRecord record) =>
        record.Inputs.Length == 1 && record.Inputs[0].Any(l => l.Record.Digest == Root && l.Record.Inputs.IsEmpty);
}
