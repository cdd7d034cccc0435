using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.Folders;
using RegistryCache.Core.Tests.Export;
using RegistryCache.Core.Tests.Format;
using RegistryCache.Fixtures;

namespace RegistryCache.Core.Tests.Pruning;

/// <summary>What each rule removes from a graph in memory.</summary>
internal sealed class GraphPruneTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 1, 1, 0, 1, 0, TimeSpan.Zero));

    [Test]
    public void Old_results_go_and_the_records_that_lead_to_newer_ones_stay()
    {
        var graph = Caches.Steps(10);

        var pruned = graph.Prune(new PruneRules { OlderThan = TimeSpan.FromSeconds(55) }, Clock);

        Assert.That(pruned.Results.Select(r => r.Result.CreatedAt), Is.EqualTo(Enumerable.Range(1, 4).Select(Caches.Time)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pruned.Records, Is.Zero);
            Assert.That(pruned.Graph.Records, Has.Length.EqualTo(11));
            Assert.That(pruned.FreedBytes, Is.Zero, "the newer results need the layers");
            Assert.That(graph.Records.Count(r => !r.Results.IsEmpty), Is.EqualTo(10), "the graph itself stays");
        }
    }

    [Test]
    public void A_build_that_is_old_goes_with_its_records_and_layers()
    {
        var graph = Union(Caches.Steps(3, firstSeed: 1), Caches.Steps(2, firstSeed: 30));

        var pruned = graph.Prune(new PruneRules { OlderThan = TimeSpan.FromSeconds(40) }, Clock);

        Assert.That((pruned.Results.Count, pruned.Records, pruned.FreedBytes, pruned.Size), Is.EqualTo((3, 4, 300, 500)));
        Assert.That(pruned.Graph.Records.Select(r => r.Digest), Is.EquivalentTo(Caches.Steps(2, firstSeed: 30).Records.Select(r => r.Digest)));
    }

    [Test]
    public void A_result_without_a_time_is_not_old()
    {
        var builder = new CacheGraphBuilder();
        builder.AddSource("a", new CacheResult(LayerChain.Of(Caches.Layer(1)), CacheTime.Zero));

        Assert.That(builder.Build().Prune(new PruneRules { OlderThan = TimeSpan.Zero }, Clock).IsUnchanged);
    }

    [TestCase(500, 0)]
    [TestCase(499, 1)]
    [TestCase(250, 3)]
    [TestCase(0, 5)]
    public void A_greatest_size_takes_the_oldest_that_nothing_stands_on(long most, int gone)
    {
        var graph = Union(Caches.Steps(3, firstSeed: 1), Caches.Steps(2, firstSeed: 30));

        var pruned = graph.Prune(new PruneRules { MaxBytes = most }, Clock);

        // The third step is the first that frees something; the first two lie below it.
        int[] order = [3, 2, 1, 31, 30];
        Assert.That(pruned.Results.Select(r => r.Result.CreatedAt), Is.EquivalentTo(order.Take(gone).Select(Caches.Time)));
        Assert.That(pruned.Size - pruned.FreedBytes, Is.LessThanOrEqualTo(most));
    }

    [Test]
    public void The_largest_goes_first_if_asked()
    {
        var graph = Union(
            Caches.Steps(1, 1, s => Caches.Layer(s, 100)), Caches.Steps(1, 2, s => Caches.Layer(s, 900)), Caches.Steps(1, 3, s => Caches.Layer(s, 500)));

        var pruned = graph.Prune(new PruneRules { MaxBytes = 700, Order = PruneOrder.LargestFirst }, Clock);

        Assert.That(pruned.Results.Select(r => r.Result.CreatedAt), Is.EqualTo([Caches.Time(2)]));
    }

    [Test]
    public void Keys_go_by_pattern_and_layers_that_others_share_stay()
    {
        var graph = Folders(("nuget-1", 1), ("nuget-2", 2), ("npm-1", 1));

        var pruned = graph.Prune(new PruneRules { Keys = ["nuget-*"] }, Clock);

        Assert.That(pruned.Results.Select(r => r.Key), Is.EquivalentTo(["nuget-1", "nuget-2"]));
        Assert.That(pruned.FreedBytes, Is.EqualTo(100), "npm-1 has the layer of nuget-1");
        Assert.That(Keys(pruned.Graph), Is.EqualTo(["npm-1"]));
    }

    [Test]
    public void The_newest_of_each_prefix_stay()
    {
        var graph = Folders(("nuget-1", 1), ("nuget-2", 2), ("npm-1", 3), ("nuget-3", 4), ("npm-2", 5), ("go-1", 6));

        var pruned = graph.Prune(new PruneRules { KeepNewestKeys = [("nuget-", 2), ("npm-", 0)] }, Clock);

        Assert.That(Keys(pruned.Graph), Is.EquivalentTo(["nuget-2", "nuget-3", "go-1"]));
    }

    [Test]
    public void Rules_combine_so_that_each_must_allow_it()
    {
        var graph = Folders(("nuget-1", 1), ("nuget-2", 2), ("npm-1", 3), ("nuget-3", 4), ("nuget-4", 5));
        var rules = new PruneRules { Keys = ["nuget-?"], OlderThan = TimeSpan.FromSeconds(57), KeepNewestKeys = [("", 3)] };

        Assert.That(Keys(graph.Prune(rules, Clock).Graph), Is.EquivalentTo(["npm-1", "nuget-3", "nuget-4"]));
        Assert.That(Keys(graph.Prune(rules with { MaxBytes = 400 }, Clock).Graph), Is.EquivalentTo(["nuget-2", "npm-1", "nuget-3", "nuget-4"]));
    }

    [Test]
    public void Records_that_lead_to_no_result_go_with_every_rule_or_alone()
    {
        var builder = new CacheGraphBuilder();
        builder.AddGraph(Caches.Steps(2));
        builder.Add("leads nowhere", [[(builder.AddSource("seen by nobody"), "")]]);
        var graph = builder.Build();

        var alone = graph.Prune(new PruneRules { Unreachable = true }, Clock);

        Assert.That((alone.Records, alone.Results.Count), Is.EqualTo((2, 0)));
        Assert.That(graph.Prune(new PruneRules { OlderThan = TimeSpan.FromDays(1) }, Clock).Records, Is.EqualTo(2));
        Assert.That(alone.Graph.Prune(new PruneRules { Unreachable = true }, Clock).Graph, Is.SameAs(alone.Graph));
    }

    [TestCaseSource(typeof(FixtureLayout), nameof(FixtureLayout.CacheNames))]
    public void A_fixture_keeps_exactly_what_every_rule_keeps(string name)
    {
        var graph = FixtureGraphs.Read(name).Graph;
        var times = graph.Records.SelectMany(r => r.Results).Select(r => r.CreatedAt).Order().ToList();
        var middle = times[times.Count / 2].ToDateTimeOffset()!.Value;
        var clock = new FakeTimeProvider(middle.AddHours(1));
        var size = graph.Prune(new PruneRules { Unreachable = true }, clock).Size;
        foreach (var rules in (PruneRules[])[
            new() { OlderThan = TimeSpan.FromHours(1) },
            new() { MaxBytes = size / 2 },
            new() { MaxBytes = size / 2, Order = PruneOrder.LargestFirst },
            new() { Unreachable = true }])
        {
            var pruned = graph.Prune(rules, clock);
            KeptRecords.Check(graph, pruned);
            Assert.That(rules.MaxBytes is null || pruned.Size - pruned.FreedBytes <= rules.MaxBytes);
        }
    }

    [Test]
    public void Wrong_rules_are_refused()
    {
        var graph = Caches.Steps(1);

        Assert.That(() => graph.Prune(new PruneRules()), Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("rule"));
        Assert.That(() => graph.Prune(new PruneRules { Tags = ["a"] }), Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("tags"));
        Assert.That(() => new PruneRules { MaxBytes = -1 }, Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("MaxBytes"));
        Assert.That(() => new PruneRules { OlderThan = TimeSpan.FromTicks(-1) }, Throws.InstanceOf<RegistryCacheException>());
        Assert.That(() => new PruneRules { Keys = [""] }, Throws.InstanceOf<RegistryCacheException>());
        Assert.That(() => new PruneRules { KeepNewestKeys = [("a", -1)] }, Throws.InstanceOf<RegistryCacheException>());
    }

    private static CacheGraph Union(params CacheGraph[] graphs) => CacheGraph.Union(graphs, long.MaxValue);

    /// <summary>Folders, one second apart, each with one layer, by its seed.</summary>
    private static CacheGraph Folders(params (string Key, int Seed)[] keys) => Union(
        [.. keys.Select((k, i) => FolderRecords.Make(k.Key, new CacheResult(LayerChain.Of(Caches.Layer(k.Seed)), Caches.Time(i + 1))))]);

    private static IEnumerable<string> Keys(CacheGraph graph) =>
        FolderRecords.List(graph, Core.Graph.ResultOrder.ByDate).Select(e => e.Key);
}
