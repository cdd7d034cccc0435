using RegistryCache.Core.Loading;

using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary>Where BuildKit fails the build, a session gives a miss.</summary>
internal sealed class LoadFailureTests
{
    [TestCase(false, RegistryCacheErrorCode.ContentNotFound)]
    [TestCase(true, RegistryCacheErrorCode.DigestMismatch)]
    public async Task A_lost_or_damaged_blob_is_a_miss_that_the_tool_can_act_on(bool damaged, RegistryCacheErrorCode code)
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        var hit = (await session.FindAsync(Compile("a")))!;
        if (damaged)
            bench.Damage(hit.Result);
        else
            bench.Lose(hit.Result);

        var restore = await hit.TryRestoreAsync(bench.Folder["out"]);

        Assert.That(restore.IsRestored, Is.False);
        Assert.That(restore.Failures.Single().Error.Code, Is.EqualTo(code));
        Assert.That(restore.Failures.Single().Error.Side, Is.EqualTo(CacheSide.Source));
        Assert.That(Directory.Exists(bench.Folder["out"]), Is.False, "nothing half-restored");
        Assert.That(await session.FindAsync(Compile("a")), Is.Null, "it is not offered again");
        Assert.That(session.LoadFailures, Has.Count.EqualTo(1));
        Assert.That(session.Explain(Compile("a")).Outcome, Is.EqualTo(CacheLookUpOutcome.ResultsDropped));
    }

    [Test]
    public async Task The_result_of_the_next_source_is_tried()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main.Replace(":main", ":old", StringComparison.Ordinal), (Compile("a"), "old"));
        await bench.BuildAsync(Main.Replace(":main", ":new", StringComparison.Ordinal), (Compile("a"), "new"));
        await using var session = await bench.OpenAsync("new", "old");
        var hit = (await session.FindAsync(Compile("a")))!;
        bench.Lose(hit.Result);

        Assert.That(await bench.RestoreAsync(hit), Is.EqualTo("old"));
        Assert.That(await bench.RestoreAsync((await session.FindAsync(Compile("a")))!), Is.EqualTo("old"));
    }

    [Test]
    public async Task Restoring_without_looking_at_the_outcome_throws_rather_than_going_on_with_nothing()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        var hit = (await session.FindAsync(Compile("a")))!;
        bench.Lose(hit.Result);

        var error = Assert.ThrowsAsync<CacheLoadException>(() => hit.RestoreAsync(bench.Folder["out"]))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.ResultNotLoadable));
        Assert.That(error.InnerException, Is.TypeOf<ContentNotFoundException>());
    }

    [Test]
    public async Task Restore_or_run_runs_the_step_after_all()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        bench.Lose((await session.FindAsync(Compile("a")))!.Result);
        var output = bench.Folder.Create("out");

        var run = await session.RestoreOrRunAsync(Compile("a"), output, ct => File.WriteAllTextAsync(Path.Combine(output, "out.txt"), "made again", ct));

        Assert.That(run.WasRestored, Is.False);
        Assert.That(run.Failures, Has.Count.EqualTo(1));
        Assert.That(await bench.RestoreAsync((await session.FindAsync(Compile("a")))!), Is.EqualTo("made again"));
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_is_not_the_caches_fault()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await using var session = await bench.OpenAsync("main");
        bench.Folder.Write("file", "in the way");
        var hit = (await session.FindAsync(Compile("a")))!;

        Assert.That(async () => await hit.TryRestoreAsync(bench.Folder["file/out"]), Throws.InstanceOf<Exception>());
        Assert.That(await session.FindAsync(Compile("a")), Is.Not.Null);
    }

    [Test]
    public async Task One_bad_layer_drops_every_result_that_needs_it()
    {
        await using var bench = new SessionBench();
        await using (var first = await bench.OpenAsync())
        {
            var below = await first.RecordAsync(Compile("a"), Output("below"));
            await first.RecordAsync(Link(Compile("a")), LayerSource.FromEntries([]), below.Chain);
            await first.ExportAsync(Main);
        }

        await using var session = await bench.OpenAsync("main");
        var hit = (await session.FindAsync(Compile("a")))!;
        bench.Lose(hit.Result);
        await hit.TryRestoreAsync(bench.Folder["out"]);

        Assert.That(await session.FindAsync(Link(Compile("a"))), Is.Null);
    }

    [Test]
    public async Task An_export_goes_on_without_a_result_whose_blob_its_source_has_lost()
    {
        await using var bench = new SessionBench();
        await using var elsewhere = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"), (Link(Compile("a")), "linked"));
        await using var session = await bench.OpenAsync("main");
        bench.Lose((await session.FindAsync(Compile("a")))!.Result);
        await session.FindAsync(Link(Compile("a")));

        // The same store would not be asked for blobs that it should have; a directory has to be sent them.
        await using var both = new BuildCacheBuilder().UseStores(new TwoStores(bench.Store, elsewhere.Store)).UseCodecs(bench.Cache.Codecs.Codecs).Build();
        await using var copying = await both.OpenSessionAsync(["type=registry,ref=ghcr.io/acme/app:main"]);
        await copying.FindAsync(Link(Compile("a")));
        var report = await copying.ExportAsync("type=local,dest=copy,mode=max");

        Assert.That(report.Layers, Has.Count.EqualTo(1));
        Assert.That(copying.ToGraph().Records.Count(r => r.NewestResult is not null), Is.EqualTo(1));
    }
}
