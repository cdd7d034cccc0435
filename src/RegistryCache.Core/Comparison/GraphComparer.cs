using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Comparison;

/// <summary>Compares two graphs.</summary>
internal static class GraphComparer
{
    /// <summary>Fills in what the graphs say; the rest of the comparison stays.</summary>
    public static CacheComparison Compare(CacheComparison comparison, CacheGraph left, CacheGraph right)
    {
        var pairs = new RecordPairs(first: right, second: left);
        var (leftLayers, rightLayers) = (LayersOf(left), LayersOf(right));
        var contents = rightLayers.Values.Select(l => l.DiffId).OfType<Digest>().ToHashSet();
        return comparison with
        {
            OnlyLeft = [.. JoiningRecord.Without(left).Where(r => pairs.InFirst(r).Count == 0)],
            OnlyRight = [.. JoiningRecord.Without(right).Where(r => !pairs.IsInSecond(r))],
            Both = [.. JoiningRecord.Without(left).Where(r => pairs.InFirst(r).Count > 0).Select(r => Compared(r, pairs.InFirst(r)))],
            Layers = (
                Total(leftLayers.Values.Where(l => !rightLayers.ContainsKey(l.Digest))),
                Total(rightLayers.Values.Where(l => !leftLayers.ContainsKey(l.Digest))),
                Total(leftLayers.Values.Where(l => rightLayers.ContainsKey(l.Digest)))),
            OtherBlobs = Total(leftLayers.Values.Where(l =>
                !rightLayers.ContainsKey(l.Digest) && l.DiffId is { } id && contents.Contains(id))),
        };
    }

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
