using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Comparison;

/// <summary>Compares two graphs.</summary>
internal static class GraphComparer
{
    /// <summary>Fills in what the graphs say; the rest of the comparison stays.</summary>
    public static CacheComparison Compare(CacheComparison comparison, CacheGraph left, CacheGraph right)
    {
        var inRight = Match(left, right);
        var inLeft = Match(right, left);
        var (leftLayers, rightLayers) = (LayersOf(left), LayersOf(right));
        var contents = rightLayers.Values.Select(l => l.DiffId).OfType<Digest>().ToHashSet();
        return comparison with
        {
            OnlyLeft = Without(left, inRight),
            OnlyRight = Without(right, inLeft),
            Both = [.. JoiningRecord.Without(left).Where(inRight.ContainsKey).Select(r => Compared(r, inRight[r]))],
            Layers = (
                Total(leftLayers.Values.Where(l => !rightLayers.ContainsKey(l.Digest))),
                Total(rightLayers.Values.Where(l => !leftLayers.ContainsKey(l.Digest))),
                Total(leftLayers.Values.Where(l => rightLayers.ContainsKey(l.Digest)))),
            OtherBlobs = Total(leftLayers.Values.Where(l =>
                !rightLayers.ContainsKey(l.Digest) && l.DiffId is { } id && contents.Contains(id))),
        };
    }

    /// <summary>The records of the one graph that a look-up finds in the other, and what it finds.</summary>
    private static Dictionary<CacheRecord, IReadOnlyList<CacheRecord>> Match(CacheGraph one, CacheGraph other)
    {
        var index = new CacheIndex(other);
        var found = new Dictionary<CacheRecord, IReadOnlyList<CacheRecord>>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(JoiningRecord.Without(one)))
            found.Add(record, index.Find(record.Digest, MadeResults.KnownInputs(record, found)));
        return found.Where(f => f.Value.Count > 0).ToDictionary(
            f => f.Key, f => f.Value, (IEqualityComparer<CacheRecord>)ReferenceEqualityComparer.Instance);
    }

    private static List<CacheRecord> Without(CacheGraph graph, Dictionary<CacheRecord, IReadOnlyList<CacheRecord>> matched) =>
        [.. JoiningRecord.Without(graph).Where(r => !matched.ContainsKey(r))];

    private static ComparedRecord Compared(CacheRecord left, IReadOnlyList<CacheRecord> matches)
    {
        var right = matches.FirstOrDefault(m => m.NewestResult is { Chain: not null }, matches[0]);
        return new ComparedRecord(left, right, (left.NewestResult?.Chain, right.NewestResult?.Chain) switch
        {
            (null, null) => ComparedResult.Same,
            ({ }, null) => ComparedResult.OnlyLeft,
            (null, { }) => ComparedResult.OnlyRight,
            var (l, r) when LayerChain.HaveSameLayers(l, r) => ComparedResult.Same,
            var (l, r) => HaveSameContent(l!, r!) ? ComparedResult.SameContent : ComparedResult.Different,
        });
    }

    private static bool HaveSameContent(LayerChain left, LayerChain right)
    {
        if (left.Length != right.Length)
            return false;
        for (var (l, r) = (left, right); l is not null && r is not null && !ReferenceEquals(l, r); (l, r) = (l.Parent, r.Parent))
        {
            if (l.Top.Digest != r.Top.Digest && (l.Top.DiffId is not { } id || id != r.Top.DiffId))
                return false;
        }

        return true;
    }

    private static Dictionary<Digest, CacheLayer> LayersOf(CacheGraph graph) =>
        graph.ChainsParentsFirst().Select(c => c.Top).DistinctBy(l => l.Digest).ToDictionary(l => l.Digest);

    private static LayerTotal Total(IEnumerable<CacheLayer> layers)
    {
        var total = default(LayerTotal);
        foreach (var layer in layers)
            total = new LayerTotal(total.Count + 1, total.Bytes + layer.Descriptor.Size);
        return total;
    }
}
