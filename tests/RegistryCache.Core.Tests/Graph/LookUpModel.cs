using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Tests.Graph;

/// <summary>The look-up rules as they are written, by scanning everything: what the index must agree with.</summary>
internal static class LookUpModel
{
    public static HashSet<CacheRecord> Find(CacheGraph graph, string digest, IReadOnlyList<IReadOnlyList<CacheLink>> known)
    {
        var sets = new List<HashSet<CacheRecord>>();
        for (var i = 0; i < known.Count; i++)
        {
            var candidates = new HashSet<CacheRecord>(ReferenceEqualityComparer.Instance);
            foreach (var link in known[i])
                candidates.UnionWith(Children(graph, link, i, digest));
            sets.Add(candidates);
        }

        var found = new HashSet<CacheRecord>(ReferenceEqualityComparer.Instance);
        foreach (var record in graph.Records)
        {
            if (record.Digest == digest && record.Inputs.Length == known.Count && sets.TrueForAll(s => s.Contains(record)))
                found.Add(record);
        }

        return found;
    }

    public static CacheGraph RandomGraph(Random random)
    {
        var builder = new CacheGraphBuilder();
        var nodes = new List<CacheGraphNode>();
        var count = random.Next(1, 24);
        for (var i = 0; i < count; i++)
        {
            // Few digests and selectors, so that records collide in every way.
            var digest = Digest.OfText($"op{random.Next(6)}").ToString();
            var inputs = new List<IReadOnlyList<NodeLink>>();
            for (var n = nodes.Count == 0 ? 0 : random.Next(0, 4); n > 0; n--)
                inputs.Add([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (nodes[random.Next(nodes.Count)], RandomSelector(random)))]);
            nodes.Add(builder.Add(digest, inputs, Results(random)));
        }

        return builder.Build();
    }

    public static string RandomSelector(Random random) => random.Next(3) switch { 0 => "", 1 => CacheLink.SelectorOf("/a"), _ => CacheLink.SelectorOf("/b") };

    private static IEnumerable<CacheResult> Results(Random random) =>
        Enumerable.Range(0, random.Next(0, 3)).Select(_ => new CacheResult(LayerChain.Of(Layer(random.Next(5))), CacheTime.FromUnix(random.Next(10))));

    private static CacheLayer Layer(int number)
    {
        byte[] bytes = [(byte)number];
        return new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfBytes(bytes), 1), BlobSource.FromBytes(bytes));
    }

    private static IEnumerable<CacheRecord> Children(CacheGraph graph, CacheLink link, int input, string digest) =>
        graph.Records.Where(r => r.Digest == digest && r.Inputs.Length > input
            && r.Inputs[input].Any(l => ReferenceEquals(l.Record, link.Record) && l.Selector == link.Selector));
}
