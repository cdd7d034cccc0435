using Microsoft.Extensions.Time.Testing;
using RegistryCache.Fixtures;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Pruning;

/// <summary>Real directories and the real registry, pruned by each rule.</summary>
[Category("Integration")]
public sealed class PruneTests
{
    // Shortly after the fixtures were written.
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Fixtures = ["branch-thirteen", "branch-zz", "max-gzip-index", "link-parent-max"];

    private static readonly (string Name, PruneRules Rules)[] Rules =
    [
        ("age", new PruneRules { OlderThan = TimeSpan.FromDays(30) }),
        ("size", new PruneRules { MaxBytes = 60_000 }),
        ("largest", new PruneRules { MaxBytes = 60_000, Order = PruneOrder.LargestFirst }),
        ("keys", new PruneRules { Keys = ["old-*"] }),
        ("newest keys", new PruneRules { KeepNewestKeys = [("old-", 1), ("new-", 1)] }),
        ("tags", new PruneRules { Tags = ["branch-*"] }),
        ("newest tags", new PruneRules { KeepNewestTags = [("branch-", 1)] }),
        ("unreachable", new PruneRules { Unreachable = true }),
    ];

    private PrunePlace[] _filled = [];

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _filled = [await PrunePlace.CreateAsync(isRegistry: false), await PrunePlace.CreateAsync(isRegistry: true)];
        foreach (var place in _filled)
        {
            var clock = new FakeTimeProvider(Now);
            await using var cache = Cache(clock);
            await FillAsync(cache, place, clock);
        }
    }

    [OneTimeTearDown]
    public async Task EmptyAsync()
    {
        foreach (var place in _filled)
            await place.DisposeAsync();
    }

    // Which of the rules it is does not matter to a place: some rewrite tags, one removes tags, one looks at what no tag needs.
    private static IEnumerable<TestCaseData> Cases() =>
        from rule in Rules
        from registry in (bool[])(rule.Name is "keys" or "tags" or "unreachable" ? [false, true] : [false])
        select new TestCaseData(rule.Rules, registry).SetArgDisplayNames(rule.Name, registry ? "registry" : "directory");

    [TestCaseSource(nameof(Cases))]
    public async Task A_plan_says_exactly_what_is_freed_and_what_stays_is_whole(PruneRules rules, bool isRegistry)
    {
        await using var place = await _filled[isRegistry ? 1 : 0].CopyAsync();
        await using var cache = Cache(new FakeTimeProvider(Now));
        var before = await place.BytesAsync();
        var old = await ReadAsync(cache, place);

        var plan = await cache.PlanPruneAsync(place.All, rules);
        Assert.That(await place.BytesAsync(), Is.EqualTo(before), "a plan changes nothing");
        var report = await cache.PruneAsync(plan);

        Assert.That(report.IsComplete, string.Join(' ', report.Tags.Select(t => t.Reason ?? t.Error?.Message)));
        Assert.That(before - await place.BytesAsync(), Is.EqualTo(plan.FreedBytes - plan.AddedBytes));
        Assert.That(report.FreedBytes, Is.EqualTo(plan.FreedBytes));
        Assert.That(plan.Tags.Sum(t => t.FreedBytes), Is.EqualTo(plan.FreedBytes));
        Assert.That(plan.Tags, Is.Not.Empty);
        var left = await ReadAsync(cache, place);
        foreach (var tag in plan.Tags)
        {
            if (left.Remove(tag.Name, out var graph) != (tag.NewManifest is not null))
                Assert.Fail($"{tag} is wrong");
            old.Remove(tag.Name);
            if (graph is not null)
                Assert.That(Results(graph), Is.EquivalentTo(Results(tag.Pruned.Graph)), tag.Name);
        }

        Assert.That(left.ToDictionary(t => t.Key, t => Results(t.Value)), Is.EqualTo(old.ToDictionary(t => t.Key, t => Results(t.Value))));
        Assert.That((await cache.PlanPruneAsync(place.All, rules)).IsEmpty, "pruning twice changes nothing");
    }

    [Test]
    public async Task A_tag_is_removed_with_all_that_only_it_needs([Values] bool isRegistry)
    {
        await using var place = await _filled[isRegistry ? 1 : 0].CopyAsync();
        await using var cache = Cache(new FakeTimeProvider(Now));
        var before = await place.BytesAsync();
        var source = cache.ParseSource(place.Source("branch-zz"));

        var plan = await cache.PlanRemovalAsync(source);
        var report = await cache.PruneAsync(plan);

        Assert.That(report.Tags.Single().Removal, Is.EqualTo(isRegistry ? ManifestRemoval.DeletedByDigest : ManifestRemoval.Deleted), "distribution 2.8 does not delete tags");
        Assert.That(before - await place.BytesAsync(), Is.EqualTo(plan.FreedBytes).And.EqualTo(report.FreedBytes).And.GreaterThan(0));
        Assert.That((await ReadAsync(cache, place)).Keys, Does.Not.Contain("branch-zz").And.Contain("branch-thirteen"));
        Assert.That((await cache.PlanRemovalAsync(source)).IsEmpty);
    }

    [Test]
    [Category("Slow")]
    public async Task What_twenty_writers_save_while_a_tag_is_pruned_is_not_lost([Values] bool isRegistry)
    {
        await using var place = await _filled[isRegistry ? 1 : 0].CopyAsync();
        using var scratch = new ScratchFolders();
        var options = new CacheExportOptions { MergeSettleTime = TimeSpan.FromSeconds(2), MaxMergeAttempts = 500 };
        var saved = 0;

        var writers = Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            await using var cache = new BuildCacheBuilder().UseExportOptions(options).UseOci().UseCompression().Build();
            await cache.Folders(place.Target("ci")).SaveAsync($"fresh-{i}", scratch.Make($"{i}", $"content of {i}"));
            Interlocked.Increment(ref saved);
        })).ToList();
        await using var pruner = new BuildCacheBuilder().UseExportOptions(options).UseOci().UseCompression().Build();
        do
        {
            await pruner.PruneAsync(await pruner.PlanPruneAsync(place.All, new PruneRules { Keys = ["old-*"] }));
            await pruner.Folders(place.Target("ci")).SaveAsync($"old-{saved}", scratch.Make("again", $"{saved}"));
        }
        while (saved < 20 && !writers.Exists(w => w.IsFaulted));
        await Task.WhenAll(writers);

        for (var i = 0; i < 20; i++)
        {
            var back = scratch.Make($"back-{i}", "");
            Assert.That((await pruner.Folders(place.Target("ci")).RestoreAsync($"fresh-{i}", null, back)).IsExact, $"fresh-{i}");
            Assert.That(await File.ReadAllTextAsync(Path.Combine(back, "file")), Is.EqualTo($"content of {i}"));
        }

        Assert.That((await pruner.Folders(place.Target("ci")).ListAsync()).Select(k => k.Key), Has.None.EqualTo("old-a").And.None.EqualTo("old-b"));
    }

    [Test]
    public async Task A_registry_that_deletes_nothing_says_so()
    {
        await using var place = await _filled[1].CopyAsync(refusesDeletion: true);
        await using var cache = Cache(new FakeTimeProvider(Now));
        var before = await place.BytesAsync();

        var removed = await cache.PruneAsync(await cache.PlanRemovalAsync(cache.ParseSource(place.Source("branch-zz"))));
        var pruned = await cache.PruneAsync(await cache.PlanPruneAsync(place.Source("ci"), new PruneRules { Keys = ["old-*"] }));

        Assert.That((removed.IsComplete, removed.Tags[0].Removal, removed.FreedBytes), Is.EqualTo((false, ManifestRemoval.Refused, 0)));
        Assert.That(removed.Tags[0].Reason, Does.Contain("retention").And.Contain("405"));
        Assert.That((pruned.IsComplete, pruned.FreedBytes), Is.EqualTo((true, 0)), "the tag was rewritten, and its old manifest keeps the layers");
        Assert.That(pruned.Warnings, Has.Some.Contains("retention"));
        Assert.That(await place.BytesAsync() - before, Is.EqualTo(pruned.Plan.AddedBytes));
        Assert.That((await cache.Folders(place.Target("ci")).ListAsync()).Select(k => k.Key), Is.EquivalentTo(["new-a", "new-b"]));
    }

    [Test]
    public async Task A_reader_that_has_begun_loses_nothing()
    {
        await using var place = await _filled[0].CopyAsync();
        await using var cache = Cache(new FakeTimeProvider(Now));

        var kept = await ReadLayersAfterPruneAsync(cache, place);

        // Now nobody reads any more.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var report = await cache.PruneAsync(await cache.PlanPruneAsync(place.All, new PruneRules { Unreachable = true }));
        Assert.That(report.FreedBytes, Is.GreaterThanOrEqualTo(kept).And.GreaterThan(0));
    }

    private static async Task<long> ReadLayersAfterPruneAsync(BuildCache cache, PrunePlace place)
    {
        var import = await cache.CreateImporter(place.Source("branch-zz")).ImportAsync();
        var before = await place.BytesAsync();
        var plan = await cache.PlanRemovalAsync(cache.ParseSource(place.Source("branch-zz")));
        var report = await cache.PruneAsync(plan);
        Assert.That(report.FreedBytes, Is.EqualTo(plan.FreedBytes), "the plan sees the reader");
        Assert.That(report.Warnings, Has.Some.Contains("reader"));
        Assert.That(await place.BytesAsync(), Is.EqualTo(before - report.FreedBytes));
        foreach (var chain in import.Graph.CollectChains())
        {
            await using var layer = await cache.OpenLayerAsync(chain.Top);
            await layer.CopyToAsync(Stream.Null);
        }

        GC.KeepAlive(import);
        return before - await place.BytesAsync();
    }

    private static BuildCache Cache(TimeProvider clock) => new BuildCacheBuilder().UseTimeProvider(clock)
        .UseExportOptions(new CacheExportOptions { MergeSettleTime = TimeSpan.Zero })
        .UseOci(r => r with { TimeProvider = TimeProvider.System }, new OciLayoutOptions { ResetGracePeriod = TimeSpan.Zero })
        .UseCompression().Build();

    /// <summary>Caches that BuildKit wrote, which are days old, folders of two months, and a cache of 10,000 records.</summary>
    private static async Task FillAsync(BuildCache cache, PrunePlace place, FakeTimeProvider clock)
    {
        await using var plain = new BuildCacheBuilder().UseOci().UseCompression().Build();
        foreach (var name in Fixtures)
        {
            var import = await plain.CreateImporter($"type=local,src={FixtureLayout.Open(name).Directory}").ImportAsync();
            await plain.CreateExporter(place.Target(name) + (name.EndsWith("index", StringComparison.Ordinal) ? ",image-manifest=false" : "")).ExportAsync(import.Graph);
        }

        var now = clock.GetUtcNow();
        using var scratch = new ScratchFolders();

        // Written at once: each save would leave a manifest without a tag, and a registry keeps what those name.
        var saved = scratch.Make("saved", "");
        await using var early = Cache(new FakeTimeProvider(now.AddDays(-45)));
        foreach (var key in (string[])["old-a", "old-b", "new-a", "new-b"])
        {
            var writer = key.StartsWith("old", StringComparison.Ordinal) ? early : cache;
            await writer.Folders($"type=local,dest={saved},tag=ci").SaveAsync(key, scratch.Make(key, $"content of {key}"));
        }

        await plain.CreateExporter(place.Target("ci")).ExportAsync((await plain.CreateImporter($"type=local,src={saved},tag=ci").ImportAsync()).Graph);
        await plain.CreateExporter(place.Target("big")).ExportAsync(Big(10_000, now));
    }

    /// <summary>Records in chains of 100, each of another day; every tenth has a result with a layer of its own.</summary>
    private static CacheGraph Big(int count, DateTimeOffset now)
    {
        var builder = new CacheGraphBuilder();
        for (var build = 0; build < count / 100; build++)
        {
            var node = builder.AddSource(Digest.OfText($"source {build}").ToString());
            LayerChain? chain = null;
            for (var step = 1; step < 100; step++)
            {
                if (step % 50 == 0)
                {
                    var blob = TestBlob.Create(500 + step + build, (build * 100) + step);
                    chain = LayerChain.On(chain, new CacheLayer(
                        blob.Descriptor.WithAnnotation("containerd.io/uncompressed", Digest.OfText($"{build} {step}").ToString()), blob.Source));
                    var result = new CacheResult(chain, CacheTime.From(now.AddDays(-build).AddSeconds(step - 100)));
                    node = builder.Add(Digest.OfText($"step {step}").ToString(), [[(node, "")]], result);
                }
                else
                {
                    node = builder.Add(Digest.OfText($"step {step}").ToString(), [[(node, "")]]);
                }
            }
        }

        return builder.Build();
    }

    private static async Task<Dictionary<string, CacheGraph>> ReadAsync(BuildCache cache, PrunePlace place)
    {
        var graphs = new Dictionary<string, CacheGraph>();
        foreach (var tag in (await cache.ListAsync(place.All)).Tags)
        {
            // Without a promise, so that the next sweep is free.
            var plan = await cache.PlanPruneAsync(place.Source(tag.Name), new PruneRules { Tags = ["*"] });
            graphs.Add(tag.Name, Whole(plan));
        }

        return graphs;
    }

    private static CacheGraph Whole(PrunePlan plan)
    {
        var builder = new CacheGraphBuilder();
        foreach (var (record, result, _) in plan.Tags[0].Pruned.Results)
            builder.AddSource($"{record.Digest} {result.CreatedAt}", result);
        return builder.Build();
    }

    private static List<string> Results(CacheGraph graph) =>
        [.. graph.Records.SelectMany(r => r.Results.Select(x => $"{r.Digest.Split(' ')[0]} {x.CreatedAt} {x.Chain?.Top.Digest} {x.Chain?.Length}")).Order()];
}
