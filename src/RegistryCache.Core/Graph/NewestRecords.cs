namespace RegistryCache.Core.Graph;

/// <summary>Limits a cache that grows: it keeps the newest of the records whose only input is a root record.</summary>
internal sealed record NewestRecords(string Root, int Count)
{
    public CacheGraph KeepIn(CacheGraph graph, ResultOrder order)
    {
        HashSet<CacheRecord> old = new(
            graph.Records.Where(r => !r.Results.IsEmpty && IsOfRoot(r)).OrderBy(r => order.Best(r.Results), order).Skip(Count),
            ReferenceEqualityComparer.Instance);
        return old.Count == 0 ? graph : GraphRewrite.Apply(graph, static r => r.Results, r => !old.Contains(r));
    }

    private bool IsOfRoot(CacheRecord record) =>
        record.Inputs.Length == 1 && record.Inputs[0].Any(l => l.Record.Digest == Root && l.Record.Inputs.IsEmpty);
}
