using System.Text;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Tests.Format;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Tests.Graph;

/// <summary>What <c>mode=min</c> keeps: the results whose layers are a contiguous run of a target's layers.</summary>
internal sealed class TargetResultTests
{
    [TestCase("max-gzip", "min-gzip")]
    [TestCase("min-gzip", "min-gzip")]
    [TestCase("link-parent-max", "link-parent-min")]
    [TestCase("link-parent-min", "link-parent-min")]
    public void Filtering_gives_the_min_config_that_BuildKit_wrote(string from, string expected)
    {
        var config = CacheConfigWriter.Write(FixtureGraphs.Read(from).Graph.KeepTargetResults());
        Assert.That(Encoding.UTF8.GetString(config.Json.Span), Is.EqualTo(Encoding.UTF8.GetString(FixtureGraphs.Read(expected).ConfigBytes)));
    }

    // Each letter is a layer, base first.
    [TestCase("abcd", "a", true, Description = "a lower part")]
    [TestCase("abcd", "abcd", true, Description = "all of it")]
    [TestCase("abcd", "d", true, Description = "a linked step")]
    [TestCase("abcd", "bc", true, Description = "a run in the middle")]
    [TestCase("abcd", "bd", false, Description = "layers of it, but not next to each other")]
    [TestCase("abcd", "dc", false, Description = "the wrong order")]
    [TestCase("abcd", "cde", false, Description = "longer than what is left")]
    [TestCase("abcd", "x", false)]
    [TestCase("abab", "ba", true)]
    [TestCase("abab", "bab", true)]
    [TestCase("aaaa", "aaaaa", false)]
    [TestCase("abcd axyz", "xy", true, Description = "a run of another target")]
    [TestCase("abcd wxyz", "dw", false, Description = "over the edge between two targets")]
    public void A_result_is_kept_when_its_layers_are_a_run_of_a_target(string targets, string result, bool kept)
    {
        var graph = Graph(targets.Split(' '), [result]);
        Assert.That(graph.KeepTargetResults().Records.Single(r => r.Digest == $"step {result}").Results, Has.Length.EqualTo(kept ? 1 : 0));
    }

    [Test]
    public void Random_graphs_keep_what_comparing_all_with_all_keeps()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (kept, left) = (0, 0);
        for (var n = 0; n < 500; n++)
        {
            var letters = random.Next(1, 4);
            var targets = Texts(random, random.Next(1, 4), 12, letters);
            var results = Texts(random, random.Next(1, 20), 8, letters);
            foreach (var record in Graph(targets, results).KeepTargetResults().Records.Where(r => r.Digest.StartsWith("step ", StringComparison.Ordinal)))
            {
                var text = record.Digest["step ".Length..];
                var expected = targets.Exists(t => t.Contains(text, StringComparison.Ordinal));
                Assert.That(record.Results.Length == 1, Is.EqualTo(expected), $"{text} in {string.Join(' ', targets)}");
                _ = expected ? kept++ : left++;
            }
        }

        Assert.That(Math.Min(kept, left), Is.GreaterThan(100), "else this test shows nothing");
    }

    // Shapes that make simpler ways quadratic: many results that nearly fit everywhere.
    [TestCase("one layer many times")]
    [TestCase("one layer many times, with ends that differ")]
    [TestCase("different layers")]
    [TestCase("two layers in turn")]
    [Category("Slow")]
    public void The_work_grows_little_faster_than_the_chains(string shape)
    {
        const int Depth = 1 << 13;
        string[] letters = shape switch { "different layers" => [], "two layers in turn" => ["a", "b"], _ => ["a"] };
        var layers = new Dictionary<string, CacheLayer>();
        var table = new ChainTable();
        var host = Deep(Depth, letters, layers, start: 0).ConvertAll(table.Intern);
        var hosts = CacheGraph.ChainsOf(host.Select(c => new CacheResult(c, CacheTime.Zero)));
        LayerChain[] ends = [.. Enumerable.Range(0, 1000).Select(i => LayerChain.Of(Layer($"end {i}", layers))).Append(LayerChain.Of(Layer("b", layers))).Select(table.Intern)];
        List<LayerChain> candidates = shape == "one layer many times, with ends that differ"
            ? [.. host.SelectMany((c, i) => new[] { c.Append(Layer($"end {i % 1000}", layers)), c.Append(Layer("b", layers)) })]
            : Deep(Depth, letters, layers, start: 1);

        ChainRuns.Find([.. hosts, .. ends.Except(hosts)], candidates.Select(table.Intern), out var steps);

        // A way that compares each with each, or goes back layer by layer, needs tens of millions of steps.
        Assert.That(steps, Is.LessThan(100L * Depth));
    }

    [Test]
    [Category("Slow")]
    public void A_chain_of_two_hundred_thousand_layers_is_filtered()
    {
        var layers = new Dictionary<string, CacheLayer>();
        var chains = Deep(200_000, ["a", "b", "a"], layers, start: 0);
        var builder = new CacheGraphBuilder();
        var node = builder.AddSource("source");
        node = builder.Add("lower", [[(node, "")]], new CacheResult(chains[^2], CacheTime.Zero));
        node = builder.Add("linked", [[(node, "")]], new CacheResult(LayerChain.Of([Layer("b", layers), Layer("a", layers)]), CacheTime.Zero));
        builder.Add("target", [[(node, "")]], new CacheResult(chains[^1], CacheTime.Zero));

        var graph = builder.Build().KeepTargetResults();

        Assert.That(graph.Records.Where(r => !r.Results.IsEmpty).Select(r => r.Digest), Is.EquivalentTo(new[] { "lower", "linked", "target" }));
    }

    private static List<string> Texts(Random random, int count, int longest, int letters) =>
        [.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, longest)).Select(_ => (char)('a' + random.Next(letters))))).Distinct()];

    /// <summary>A record for each result, and all of them as the input of each target.</summary>
    private static CacheGraph Graph(IReadOnlyCollection<string> targets, IReadOnlyCollection<string> results)
    {
        var layers = new Dictionary<string, CacheLayer>();
        var builder = new CacheGraphBuilder();
        List<NodeLink> steps = [.. results.Select(r => (builder.AddSource($"step {r}", Result(r)), ""))];
        foreach (var target in targets)
            builder.Add($"target {target}", [steps], Result(target));
        return builder.Build();

        CacheResult Result(string text) => new(LayerChain.Of(text.Select(c => Layer(c.ToString(), layers))), CacheTime.Zero);
    }

    private static List<LayerChain> Deep(int depth, string[] names, Dictionary<string, CacheLayer> layers, int start)
    {
        var chains = new List<LayerChain>(depth);
        for (var i = start; i < depth + start; i++)
        {
            var layer = Layer(names.Length == 0 ? $"layer {i}" : names[i % names.Length], layers);
            chains.Add(chains.Count == 0 ? LayerChain.Of(layer) : chains[^1].Append(layer));
        }

        return chains;
    }

    private static CacheLayer Layer(string name, Dictionary<string, CacheLayer> layers)
    {
        if (!layers.TryGetValue(name, out var layer))
            layers.Add(name, layer = new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText(name), 1), BlobSource.FromBytes(default)));
        return layer;
    }
}
