using RegistryCache.Core.Graph;
using RegistryCache.Core.Pruning;
using RegistryCache.Core.Tests.Export;

namespace RegistryCache.Core.Tests.Pruning;

/// <summary>The greatest size, compared with a model that looks at everything again after each step.</summary>
internal sealed class SizeCeilingTests
{
    [Test]
    public void Random_forests_lose_what_the_model_says([Values] PruneOrder order, [Values] bool pinned)
    {
        var first = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {first}");
        for (var seed = first; seed < first + 60; seed++)
        {
            var random = new Random(seed);
            var graph = Forest(random, random.Next(1, 25));
            var all = graph.Records.Select(r => (Record: r, Result: r.Results[0], Key: (string?)null)).ToList();
            var candidates = all.Where(_ => !pinned || random.Next(4) > 0).ToList();
            var most = random.Next(0, 3000);

            var taken = SizeCeiling.Take([graph], candidates, most, order, ResultOrder.ByDate);

            Assert.That(taken, Is.EquivalentTo(Model(all.ConvertAll(a => a.Result), [.. candidates.Select(c => c.Result)], most, order)), $"seed {seed}");
        }
    }

    [Test]
    public void Deep_and_wide_forests_take_little_work([Values] PruneOrder order, [Values] bool comb)
    {
        // A comb has a leaf on every layer of its spine: each leaf that goes lengthens a run.
        var builder = new CacheGraphBuilder();
        LayerChain? spine = null;
        for (var i = 0; i < 20_000; i++)
        {
            spine = LayerChain.On(spine, Layer(i, 10));
            if (comb)
                builder.AddSource($"leaf {i}", new CacheResult(spine.Append(Layer(100_000 + i, 20_000 - i)), CacheTime.FromUnix(i)));
        }

        builder.AddSource("tip", new CacheResult(spine, CacheTime.FromUnix(1_000_000)));
        var graph = builder.Build();
        var candidates = graph.Records.Select(r => (r, r.Results[0], (string?)null));

        Assert.That(SizeCeiling.Take([graph], candidates, 0, order, ResultOrder.ByDate), Has.Count.EqualTo(comb ? 20_001 : 1));
    }

    [Test]
    public void A_layer_on_several_chains_counts_once()
    {
        var builder = new CacheGraphBuilder();
        var shared = Layer(1, 1000);
        for (var i = 0; i < 3; i++)
            builder.AddSource($"{i}", new CacheResult(LayerChain.Of(Layer(10 + i, 10)).Append(shared), Caches.Time(i)));
        var graph = builder.Build();
        var candidates = graph.Records.Select(r => (r, r.Results[0], (string?)null)).ToList();

        Assert.That(SizeCeiling.Take([graph], candidates, 1030, PruneOrder.OldestFirst, ResultOrder.ByDate), Is.Empty);
        Assert.That(SizeCeiling.Take([graph], candidates, 1025, PruneOrder.OldestFirst, ResultOrder.ByDate), Has.Count.EqualTo(1));
        Assert.That(SizeCeiling.Take([graph], candidates, 1000, PruneOrder.OldestFirst, ResultOrder.ByDate), Has.Count.EqualTo(3));
    }

    private static CacheGraph Forest(Random random, int count)
    {
        var builder = new CacheGraphBuilder();
        var chains = new List<LayerChain>();
        var times = Enumerable.Range(1, count).OrderBy(_ => random.Next()).ToList();
        for (var i = 0; i < count; i++)
        {
            var chain = chains.Count > 0 && random.Next(3) > 0 ? chains[random.Next(chains.Count)] : null;
            for (var n = random.Next(1, 4); n > 0; n--)
                chains.Add(chain = LayerChain.On(chain, Layer((i * 10) + n, random.Next(1, 300))));
            builder.AddSource($"{i}", new CacheResult(random.Next(5) == 0 ? chains[random.Next(chains.Count)] : chain, CacheTime.FromUnix(times[i])));
        }

        return builder.Build();
    }

    private static CacheLayer Layer(int seed, int size) =>
        new(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText($"layer {seed}"), size), BlobSource.FromBytes(default));

    private static HashSet<LayerChain> Model(List<CacheResult> results, List<CacheResult> candidates, long most, PruneOrder order)
    {
        var left = results.ToList();
        var taken = new HashSet<LayerChain>(ReferenceEqualityComparer.Instance);
        while (BlobOwners.BlobsOf(left).Values.Sum() > most)
        {
            var used = CacheGraph.ChainsOf(left);
            var tips = left.Select(r => r.Chain!).Distinct()
                .Where(c => !used.Exists(u => u.Parent == c) && left.Where(r => r.Chain == c).All(candidates.Contains)).ToList();
            if (tips.Count == 0)
                break;
            var newest = tips.ToDictionary(c => c, c => left.Where(r => r.Chain == c).Max(r => r.CreatedAt));
            var tip = order == PruneOrder.OldestFirst ? tips.MinBy(c => newest[c])!
                : tips.OrderByDescending(RunBytes).ThenBy(c => newest[c]).First();
            taken.Add(tip);
            left.RemoveAll(r => r.Chain == tip);

            long RunBytes(LayerChain chain)
            {
                var bytes = chain.Top.Descriptor.Size;
                while (chain.Parent is { } below && used.Count(u => u.Parent == below) == 1 && !left.Exists(r => r.Chain == below))
                    (bytes, chain) = (bytes + below.Top.Descriptor.Size, below);
                return bytes;
            }
        }

        return taken;
    }
}
