using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Verification;
using RegistryCache.Fixtures;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Core.Tests.Statistics;

/// <summary>Where the bytes of a cache are, and what would save some.</summary>
internal sealed class StatisticsTests
{
    private const string Source = "type=registry,ref=ghcr.io/acme/app:main";
    private SessionBench _bench = null!;

    [SetUp]
    public void Create() => _bench = new SessionBench();

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [Test]
    public async Task Bytes_are_counted_by_the_age_of_the_newest_use()
    {
        await MergeAsync("old", "shared");
        _bench.Time.Advance(TimeSpan.FromDays(40));
        await MergeAsync("newer", "shared");
        await MergeAsync("other", "own");
        _bench.Time.Advance(TimeSpan.FromDays(2));

        var found = await _bench.Cache.GetStatisticsAsync(Source);

        Assert.That(found.ByAge.Where(a => a.Layers.Count > 0).Select(a => (a.Below.TotalDays, a.Layers.Count)), Is.EqualTo([(7d, 2)]));
        Assert.That(found.SavedByPruning.Count, Is.Zero);
        _bench.Time.Advance(TimeSpan.FromDays(31));
        Assert.That((await _bench.Cache.GetStatisticsAsync(Source)).SavedByPruning, Is.EqualTo(found.Layers));
        Assert.That((await _bench.Cache.GetStatisticsAsync(Source)).ByAge.Sum(a => a.Layers.Bytes), Is.EqualTo(found.Layers.Bytes));
    }

    [Test]
    public async Task What_a_prune_by_size_or_by_count_would_save_is_what_it_saves_in_memory()
    {
        await using var bench = new DamagedCache();
        var source = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
        var graph = (await bench.Disk.CreateImporter(source).ImportAsync()).Graph;
        var before = (await bench.Disk.GetStatisticsAsync(source)).Layers;
        foreach (var rules in (PruneRules[])[new() { MaxBytes = 0 }, new() { MaxBytes = before.Bytes / 2 }, new() { KeepNewestKeys = [("", 1)] }])
        {
            var found = await bench.Disk.GetStatisticsAsync(source, new CacheStatisticsOptions { Prune = rules });
            var pruned = graph.Prune(rules);

            Assert.That(found.Pruned!.Results, Has.Count.EqualTo(pruned.Results.Count), rules.ToString());
            Assert.That(found.SavedByPruning.Bytes, Is.EqualTo(pruned.FreedBytes), rules.ToString());
        }

        Assert.That((await bench.Disk.GetStatisticsAsync(source, new CacheStatisticsOptions { Prune = new() { MaxBytes = 0 } })).SavedByPruning, Is.EqualTo(before));
    }

    [Test]
    public async Task The_layers_that_are_read_are_its_progress_and_without_a_cache_it_says_why()
    {
        await using var bench = new DamagedCache();
        var source = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
        var progress = new RecordedProgress<CacheProgress>();

        var found = await bench.Disk.GetStatisticsAsync(source, new CacheStatisticsOptions { ReadPercent = 100, Progress = progress });
        var miss = await bench.Disk.GetStatisticsAsync(source + ",tag=none");

        Assert.That(progress.Reports[^1], Is.EqualTo(new CacheProgress(CachePhase.Examining, "", found.Layers.Bytes, found.Layers.Bytes) { IsDone = true }));
        Assert.That(miss.Miss, Does.Contain("none does not exist in"));
        Assert.That(found.Miss, Is.Null);
    }

    [TestCase("max-gzip")]
    [TestCase("link-max")]
    public async Task Stages_and_compressions_add_up_to_the_layers(string fixture)
    {
        await using var bench = new DamagedCache();
        var source = $"type=local,src={FixtureLayout.Open(fixture).Directory}";

        var found = await bench.Disk.GetStatisticsAsync(source);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.ByStage.Sum(s => s.Layers.Bytes), Is.EqualTo(found.Layers.Bytes));
            Assert.That(found.ByStage.Sum(s => s.Records), Is.EqualTo(found.Records));
            Assert.That(found.ByStage.Select(s => s.Stage), Is.Ordered);
            Assert.That(found.ByCompression.Sum(c => c.Layers.Bytes), Is.EqualTo(found.Layers.Bytes));
            Assert.That(found.ByCompression.Select(c => c.Ratio), Is.All.Null, "nothing was read");
            Assert.That((found.LimitShare, found.IsNearLimit), Is.EqualTo((Math.Max(found.Config!.Size, found.Manifest!.Size) / 1048576d, false)));
            Assert.That(found.Trial, Is.Null);
        }
    }

    [Test]
    public async Task What_min_saves_is_what_min_leaves_out()
    {
        await using var bench = new DamagedCache();
        var max = await bench.Disk.GetStatisticsAsync($"type=local,src={FixtureLayout.Open("max-gzip").Directory}");
        var min = await bench.Disk.GetStatisticsAsync($"type=local,src={FixtureLayout.Open("min-gzip").Directory}");

        Assert.That(max.Layers.Bytes - max.SavedByModeMin.Bytes, Is.EqualTo(min.Layers.Bytes));
        Assert.That(max.SavedByModeMin.Count, Is.EqualTo(max.Layers.Count - min.Layers.Count).And.Positive);
    }

    [Test]
    public async Task What_another_compression_saves_is_exact_when_every_layer_is_read()
    {
        await using var bench = new DamagedCache();
        var source = bench.Copy();
        await bench.Disk.CreateExporter(bench.Target("zstd") + ",compression=zstd,force-compression=true").ExportAsync(await bench.GraphAsync());
        var zstd = await bench.Disk.GetStatisticsAsync(bench.Target("zstd").Replace("dest=", "src=").Replace(",mode=max", ""));

        var found = await bench.Disk.GetStatisticsAsync(source, new() { ReadPercent = 100, Try = LayerCompression.Zstd });
        var sample = await bench.Disk.GetStatisticsAsync(source, new() { ReadPercent = 30, Try = LayerCompression.Zstd, Seed = 3 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Trial!.BytesAfter, Is.EqualTo(zstd.Layers.Bytes));
            Assert.That(found.Trial.SavedBytes, Is.EqualTo(found.Layers.Bytes - zstd.Layers.Bytes));
            Assert.That((found.Trial.IsExact, sample.Trial!.IsExact), Is.EqualTo((true, false)));
            Assert.That(found.ByCompression.Single() is { IsExact: true, Ratio: > 1 } share && share.Compression == LayerCompression.Gzip);
            Assert.That(sample.ByCompression.Single().Read.Count, Is.LessThan(found.Layers.Count).And.Positive);
            Assert.That(sample.Seed, Is.EqualTo(3));
        }
    }

    [Test]
    public async Task A_config_near_the_limit_of_BuildKit_is_noticed()
    {
        var builder = new CacheGraphBuilder();
        var layer = DamagedCache.Layers((await ImportOneAsync()).Graph)[0];
        for (var i = 0; i < 7000; i++)
            builder.AddSource(Digest.OfText($"{i}").ToString(), new CacheResult(LayerChain.Of(layer), CacheTime.FromUnix(1)));
        await _bench.Cache.CreateExporter(Source + ",mode=max").ExportAsync(builder.Build());

        var found = await _bench.Cache.GetStatisticsAsync(Source);

        Assert.That(found.IsNearLimit, $"{found.LimitShare}");
        Assert.That(found.LimitShare, Is.GreaterThan(0.8));
    }

    [Test]
    public async Task Where_there_is_no_cache_there_are_no_statistics() =>
        Assert.That((await _bench.Cache.GetStatisticsAsync(Source)).IsHit, Is.False);

    private async Task<CacheImport> ImportOneAsync()
    {
        await MergeAsync("x", "x");
        return await _bench.Cache.CreateImporter(Source).ImportAsync();
    }

    private async Task MergeAsync(string step, string output)
    {
        await using var session = await _bench.OpenAsync();
        await session.RecordAsync(SessionBench.Compile(step), SessionBench.Output(output));
        await _bench.Cache.CreateExporter(Source + ",mode=max", new() { MergeWithExisting = true }).ExportAsync(session.ToGraph());
    }
}
