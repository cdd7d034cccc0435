using RegistryCache.Core.Export;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;
using RegistryCache.Core.Tests.Format;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Tests.Graph;

/// <summary>A cache of several has one leaf, so that BuildKit loses none of its links.</summary>
internal sealed class JoiningRecordTests
{
    private static readonly ResultOrder Order = new(CacheTime.Parse("2100-01-01T00:00:00Z"));

    private static readonly string SeveralLeaves = Path.Combine(AppContext.BaseDirectory, "Fixtures", "several-leaves.json");

    [Test]
    public void The_digest_is_the_one_that_the_decision_page_states() =>
        Assert.That(JoiningRecord.Digest, Is.EqualTo("sha256:588e696690687cf8055d632ac4d9d5479315ef2b9ddc43eeb5841b5a7483d3c8"));

    [Test]
    public void BuildKit_loses_links_of_several_leaves_and_none_once_they_are_joined()
    {
        var graph = FixtureGraphs.ReadConfig(File.ReadAllBytes(SeveralLeaves), []);
        var joined = Reread(JoiningRecord.Join(graph));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(LoaderModel.LostLinks(graph, seed: 1, imports: 50), Is.Not.Empty, "else this test shows nothing");
            Assert.That(LoaderModel.LostLinks(joined, seed: 1, imports: 50), Is.Empty);
            Assert.That(joined.Records, Has.Length.EqualTo(13));
        }
    }

    [Test]
    public void BuildKit_loses_no_link_of_a_union_of_two_builds_that_share_records()
    {
        CacheGraph[] builds = [FixtureGraphs.Read("branch-thirteen").Graph, FixtureGraphs.Read("branch-zz").Graph];
        var union = CacheGraph.Union(builds, CacheFormatLimits.Default.MaxMergeSteps);
        var written = Reread(union);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(LoaderModel.LostLinks(union, seed: 1, imports: 50), Is.Not.Empty, "else this test shows nothing");
            Assert.That(LoaderModel.LostLinks(written, seed: 1, imports: 50), Is.Empty);
            Assert.That(written.FindJoiningRecords(), Has.Count.EqualTo(1));
            Assert.That(written.FindTargets().Select(t => t.Digest), Is.EquivalentTo(union.FindTargets().Select(t => t.Digest)));
            Assert.That(builds, Has.All.Matches<CacheGraph>(b => GraphContainment.Contains(written, b, Order)));
        }
    }

    [Test]
    [Category("Slow")]
    public void BuildKit_loses_no_link_of_any_union()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var lostWithout = 0;
        for (var n = 0; n < 60; n++)
        {
            var union = Rebuild([.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => LookUpModel.RandomGraph(random))]);
            var written = Reread(union);
            lostWithout += LoaderModel.LostLinks(union, seed + n, imports: 5).Count;
            foreach (var read in new[] { written, Reread(Rebuild(written, LookUpModel.RandomGraph(random))) })
            {
                Assert.That(LoaderModel.LostLinks(read, seed + n, imports: 5), Is.Empty, $"union {n}");
                Assert.That(read.FindJoiningRecords(), Has.Count.LessThanOrEqualTo(1), $"union {n}");
            }
        }

        Assert.That(lostWithout, Is.Positive, "else this test shows nothing");
    }

    [Test]
    public void A_further_union_replaces_the_joining_record()
    {
        var first = Reread(Rebuild(Step("a"), Step("b")));
        var second = Reread(Rebuild(first, Step("c")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.FindJoiningRecords().Single().Inputs, Has.Length.EqualTo(2));
            Assert.That(second.FindJoiningRecords().Single().Inputs, Has.Length.EqualTo(3));
            Assert.That(second.Records.Count(r => r.Digest == JoiningRecord.Digest), Is.EqualTo(1));
            Assert.That(GraphContainment.Contains(second, first, Order), Is.True);
            Assert.That(GraphContainment.Contains(first, second, Order), Is.False);
        }
    }

    [Test]
    public void The_order_of_the_sources_does_not_change_the_bytes()
    {
        CacheGraph[] graphs = [Step("a"), Step("b"), Step("c"), FixtureGraphs.Read("link-parent-max").Graph];
        Assert.That(Write(Rebuild([.. graphs.Reverse()])), Is.EqualTo(Write(Rebuild(graphs))));
    }

    [Test]
    public void One_source_stays_as_it_is()
    {
        var several = FixtureGraphs.ReadConfig(File.ReadAllBytes(SeveralLeaves), []);
        var joined = Reread(Rebuild(Step("a"), Step("b")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Write(several), Is.EqualTo(CacheConfigWriter.Write(several).Json.ToArray()));
            Assert.That(Reread(several).FindJoiningRecords(), Is.Empty);
            Assert.That(Write(joined), Is.EqualTo(Write(Rebuild(Step("a"), Step("b")))));
        }
    }

    [Test]
    public void Nothing_is_added_where_one_leaf_has_inputs()
    {
        var builder = new CacheGraphBuilder();
        builder.AddGraph(Step("a"));
        builder.AddSource("alone", Result("alone"));
        var written = Reread(builder.Build());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written.FindJoiningRecords(), Is.Empty);
            Assert.That(written.FindTargets().Select(t => t.Digest), Is.EquivalentTo(new[] { Digest.OfText("a").ToString(), "alone" }));
        }
    }

    [Test]
    public void Its_inputs_are_the_targets_of_mode_min()
    {
        CacheGraph[] builds = [FixtureGraphs.Read("max-gzip").Graph, FixtureGraphs.Read("link-parent-max").Graph];
        var written = Reread(Rebuild(builds));
        var min = written.KeepTargetResults();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Write(min), Is.EqualTo(Write(Rebuild([.. builds.Select(b => b.KeepTargetResults())]))));
            Assert.That(min.FindJoiningRecords(), Has.Count.EqualTo(1));
            Assert.That(Write(written.KeepTargetResults(written.FindJoiningRecords())), Is.EqualTo(Write(min)), "when it is named as the target");
        }
    }

    [TestCase("it has a result")]
    [TestCase("it has two links in an input")]
    [TestCase("its link has a selector")]
    [TestCase("it links to a source")]
    [TestCase("it has no inputs")]
    [TestCase("a record links to it")]
    public void A_record_that_only_has_its_digest_is_a_record_like_any_other(string because)
    {
        var builder = new CacheGraphBuilder();
        var steps = new List<CacheGraphNode>();
        foreach (var name in new[] { "a", "b" })
            steps.Add(builder.Add(name, [[(builder.AddSource("source"), "")]], Result(name)));
        List<IReadOnlyList<NodeLink>> inputs = because switch
        {
            "it has two links in an input" => [[(steps[0], ""), (steps[1], "")]],
            "its link has a selector" => [[(steps[0], "s")], [(steps[1], "")]],
            "it links to a source" => [[(steps[0], "")], [(steps[1], "")], [(builder.AddSource("source"), "")]],
            "it has no inputs" => [],
            _ => [[(steps[0], "")], [(steps[1], "")]],
        };
        var foreign = builder.Add(JoiningRecord.Digest, inputs, because == "it has a result" ? [Result("foreign")] : []);
        if (because == "a record links to it")
            builder.Add("child", [[(foreign, "")]], Result("child"));
        builder.AddGraph(Step("other"));

        var written = Reread(builder.Build());
        var again = Reread(Rebuild(written, Step("more")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written.FindJoiningRecords().Single().Inputs, Has.Length.EqualTo(because == "it has no inputs" ? 3 : 2));
            Assert.That(again.Records.Count(r => r.Digest == JoiningRecord.Digest), Is.EqualTo(2), "it survives a union");
            Assert.That(LoaderModel.LostLinks(again, seed: 1, imports: 20), Is.Empty);
        }
    }

    [Test]
    public void A_trimmed_graph_is_joined_anew()
    {
        var graph = Reread(Rebuild([.. Enumerable.Range(0, 40).Select(i => Step($"step {i}"))]));
        var trimmed = GraphTrimmer.Trim(Planned(graph), Planned, threshold: 4096, Order);
        var written = Reread(trimmed.Graph);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(trimmed.RecordCount, Is.InRange(5, 39));
            Assert.That(trimmed.Exceeds(4096), Is.False);
            Assert.That(written.FindJoiningRecords().Single().Inputs, Has.Length.EqualTo(written.FindTargets().Count));
            Assert.That(LoaderModel.LostLinks(written, seed: 1, imports: 20), Is.Empty);
        }
    }

    private static PlannedExport Planned(CacheGraph graph) => PlannedExport.Of(graph, CacheManifestForm.ImageManifest, new LayerCodecSet([]));

    private static byte[] Write(CacheGraph graph) => Planned(graph).Config.Json.ToArray();

    /// <summary>What the next reader has.</summary>
    private static CacheGraph Reread(CacheGraph graph)
    {
        var planned = Planned(graph);
        return FixtureGraphs.ReadConfig(planned.Config.Json.Span, planned.Config.Entries.Select(e => e.Top.Descriptor));
    }

    private static CacheGraph Rebuild(params CacheGraph[] graphs)
    {
        var builder = new CacheGraphBuilder();
        foreach (var graph in graphs)
            builder.AddGraph(graph);
        return builder.Build();
    }

    private static CacheGraph Step(string name)
    {
        var builder = new CacheGraphBuilder();
        builder.Add(Digest.OfText(name).ToString(), [[(builder.AddSource(Digest.OfText("source").ToString()), "")]], Result(name));
        return builder.Build();
    }

    private static CacheResult Result(string name)
    {
        var layer = new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText(name), 1), BlobSource.FromBytes(default));
        return new CacheResult(LayerChain.Of(layer), CacheTime.FromUnix(name.Length));
    }
}
