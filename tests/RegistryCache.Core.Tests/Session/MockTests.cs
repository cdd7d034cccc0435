using Moq;
using RegistryCache.Storage;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Session;

/// <summary>What a user holds in a class can be a mock, and what it returns can be made by hand.</summary>
internal sealed class MockTests
{
    private static readonly CacheStep Step = Compile("a");
    private static readonly CacheResult Result = new(null, CacheTime.FromUnix(1_700_000_000));

    [Test]
    public async Task A_build_against_mocks_restores_a_hit_and_exports()
    {
        var report = new RestoreReport(1, 2, 3, []);
        var hit = new Mock<CacheHit>();
        hit.Setup(h => h.TryRestoreAsync("out", null, default)).ReturnsAsync(new CacheRestore(Result, report, []));
        var session = new Mock<BuildSession>();
        session.Setup(s => s.FindAsync(Step, default)).ReturnsAsync(hit.Object);
        session.Setup(s => s.ExportAsync(Main, default(CancellationToken)))
            .ReturnsAsync(new CacheExportReport(CacheTarget.Parse(Main)) { Results = 1 });
        var cache = new Mock<BuildCache>();
        cache.Setup(c => c.OpenSessionAsync(It.IsAny<IEnumerable<string>>(), default(CancellationToken))).ReturnsAsync(session.Object);

        await using var opened = await cache.Object.OpenSessionAsync([Main], default(CancellationToken));
        var found = await opened.FindAsync(Step);
        var restored = await found!.TryRestoreAsync("out");
        var exported = await opened.ExportAsync(Main, default(CancellationToken));

        Assert.That(restored.IsRestored, Is.True);
        Assert.That((restored.Report, exported.Results), Is.EqualTo((report, 1)));
    }

    [Test]
    public async Task A_runner_against_a_mock_is_told_of_a_hit_and_of_a_miss()
    {
        var restore = new FolderRestore("k2")
        {
            Key = "k1",
            MatchedPrefix = "k",
            CreatedAt = CacheTime.FromUnix(1_700_000_000),
            Report = new RestoreReport(1, 2, 3, []),
        };
        var folders = new Mock<FolderCache>();
        folders.Setup(f => f.RestoreAsync("k2", new[] { "k" }, "out", default)).ReturnsAsync(restore);
        folders.Setup(f => f.SaveAsync("k2", "out", default)).ReturnsAsync(new FolderSave("k2", null, IsUnchanged: true, null));

        var found = await folders.Object.RestoreAsync("k2", new[] { "k" }, "out");
        var saved = await folders.Object.SaveAsync("k2", "out");

        Assert.That((found.IsHit, found.IsExact, saved.IsUnchanged), Is.EqualTo((true, false, true)));
        Assert.That(new FolderRestore("k").IsHit, Is.False);
    }

    [Test]
    public async Task What_importers_and_exporters_return_can_be_made_by_hand()
    {
        var source = CacheSource.Parse("type=registry,ref=ghcr.io/acme/app:main");
        var error = new ContentNotFoundException("x", "memory");
        var importer = Mock.Of<ICacheImporter>(i => i.ImportAsync(default) == Task.FromResult(
            new CacheImport(new[] { new ImportedCache(source, "it broke") { Error = error } }, CacheGraph.Empty)));

        var import = await importer.ImportAsync();

        Assert.That((import.IsHit, import.Sources[0].Error), Is.EqualTo((false, (RegistryCacheException)error)));
        Assert.That(new StepRun(wasRestored: true, Result, isByContent: false, []).WasRestored, Is.True);
        Assert.That(new PrunePlan("here", []) { IsSwept = true }.IsEmpty, Is.True);
    }

    [Test]
    public async Task A_store_in_memory_fails_waits_and_damages_at_a_chosen_call()
    {
        await using var bench = new SessionBench();
        bench.Store.OnCall = (call, _) =>
            call is { Method: nameof(IContentStore.PushManifestAsync) or nameof(IContentStore.TryPushManifestAsync), Number: 1 }
            ? throw new IOException("the disk is full")
            : Task.CompletedTask;
        await using var session = await bench.OpenAsync();
        await session.RecordAsync(Step, Output("x"));

        Assert.That(async () => await session.ExportAsync(Main), Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("the disk is full"));
        Assert.That(bench.Store.Tags, Is.Empty, "no tag points to a cache that is not there");
        await session.ExportAsync(Main);

        bench.Store.OnRead = (call, content) => call.Number == 1 ? new MemoryStream(new byte[content.Length]) : content;
        await using var next = await bench.OpenAsync("main");
        Assert.That(next.Sources[0].Error, Is.InstanceOf<ContentMismatchException>(), "the config was damaged on its way");
        await using var last = await bench.OpenAsync("main");
        Assert.That(await last.FindAsync(Step), Is.Not.Null);
    }

    [Test]
    public async Task Options_of_a_session_come_after_its_sources()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Step, "x"));

        await using var session = await bench.Cache.OpenSessionAsync(
            ["type=registry,ref=ghcr.io/acme/app:main"], new() { Compression = LayerCompression.Zstd });
        var recorded = await session.RecordAsync(Compile("b"), Output("y"));
        var report = await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:two", new() { AllowDockerTypesForAllCodecs = true });

        Assert.That(session.Sources, Has.Count.EqualTo(1));
        Assert.That(recorded.Chain!.Top.Descriptor.MediaType, Is.EqualTo(MediaTypes.OciLayerZstd));
        Assert.That(report.Manifest, Is.Not.Null);
    }

    [Test]
    public async Task A_run_can_be_told_what_to_record_and_on_top_of_what()
    {
        await using var bench = new SessionBench();
        await using var session = await bench.OpenAsync();
        var below = await session.RecordAsync(Compile("base"), Output("base"));
        var directory = bench.Folder["out"];

        var run = await session.RestoreOrRunAsync(Step, directory, async ct =>
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "kept.o"), "1", ct);
            await File.WriteAllTextAsync(Path.Combine(directory, "left.log"), "2", ct);
        }, new() { Record = new() { Exclude = ["*.log"] }, OnTopOf = below.Chain });
        var hit = await session.FindAsync(Step);
        await hit!.RestoreAsync(bench.Folder["again"]);

        Assert.That(run.Result.Chain!.Length, Is.EqualTo(2));
        Assert.That(Directory.GetFiles(bench.Folder["again"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "kept.o", "out.txt" }));
    }
}
