namespace RegistryCache.Core.Graph;

/// <summary>Which records of two graphs are the same step with the same inputs: those that a look-up of one graph's records finds in the
/// other. A record can be the same as several. Joining records are left out.</summary>
internal sealed class RecordPairs
{
    private readonly Dictionary<CacheRecord, IReadOnlyList<CacheRecord>> _inFirst = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<CacheRecord> _matched = new(ReferenceEqualityComparer.Instance);

    public RecordPairs(CacheGraph first, CacheGraph second)
    {
        var index = new CacheIndex(first);
        Second = GraphWalk.ParentsFirst(JoiningRecord.Without(second));
        First = GraphWalk.ParentsFirst(JoiningRecord.Without(first));
        foreach (var record in Second)
        {
            var found = index.Find(record.Digest, MadeResults.KnownInputs(record, _inFirst));
            _inFirst.Add(record, found);
            _matched.UnionWith(found);
        }
    }

    /// <summary>The records of the first graph, inputs before what uses them.</summary>
    public IReadOnlyList<CacheRecord> First { get; }

    /// <summary>The records of the second graph, inputs before what uses them.</summary>
    public IReadOnlyList<CacheRecord> Second { get; }

    /// <summary>The records of the first graph that a record of the second one is the same as.</summary>
    public IReadOnlyList<CacheRecord> InFirst(CacheRecord second) => _inFirst[second];

    /// <summary>Whether a record of the first graph is the same as one of the second.</summary>
    public bool IsInSecond(CacheRecord first) => _matched.Contains(first);
}
