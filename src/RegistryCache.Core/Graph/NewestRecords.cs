namespace RegistryCache.Core.Graph;

/// <summary>Limits a cache that grows: it keeps the newest of the records whose only input is a root record. There are at most
/// <c>Count</c> of them, and fewer if their chains have more than <c>Layers</c> layers together, those that they share counted once. The
/// newest stays in any case.</summary>
internal sealed record NewestRecords(string Root, int Count, int Layers = int.MaxValue)
{
    public CacheGraph KeepIn(CacheGraph graph, ResultOrder order)
    {
        var old = new HashSet<CacheRecord>(ReferenceEqualityComparer.Instance);
        var chains = new HashSet<LayerChain>(ReferenceEqualityComparer.Instance);
        var kept = 0;
        foreach (var record in graph.Records.Where(r => !r.Results.IsEmpty && IsOfRoot(r)).OrderBy(r => order.Best(r.Results), order))
        {
            for (var chain = order.Best(record.Results)!.Chain; chain is not null && chains.Add(chain);)
                chain = chain.Parent;
            if (kept == Count || (kept > 0 && chains.Count > Layers))
                old.Add(record);
            else
                kept++;
        }

        return old.Count == 0 ? graph : GraphRewrite.Apply(graph, static r => r.Results, r => !old.Contains(r));
    }

    private bool IsOfRoot(CacheRecord record) =>
        record.Inputs.Length == 1 && record.Inputs[0].Any(l => l.Record.Digest == Root && l.Record.Inputs.IsEmpty);
}
