using Microsoft.Extensions.Time.Testing;
using RegistryCache.Core.Tests.Session;
using static RegistryCache.Core.Tests.Session.SessionBench;

namespace RegistryCache.Core.Tests.Import;

/// <summary>How far the reading of caches is.</summary>
internal sealed class ImportProgressTests
{
    private readonly List<CacheProgress> _reports = [];

    [SetUp]
    public void Clear() => _reports.Clear();

    [Test]
    public async Task An_import_counts_manifests_and_configs_of_all_sources_and_ends()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        await bench.BuildAsync(Main.Replace(":main", ":other", StringComparison.Ordinal), (Compile("b"), "B"));
        string[] sources = ["type=registry,ref=ghcr.io/acme/app:main", "type=registry,ref=ghcr.io/acme/app:other", "type=registry,ref=ghcr.io/acme/app:none"];

        var import = await bench.Cache.CreateImporter(sources, new CacheImportOptions { Progress = new Collected(_reports) }).ImportAsync();

        var bytes = import.Sources.Where(s => s.IsHit).Sum(s => s.Manifest!.Size + s.Config!.Size);
        Assert.That(_reports, Is.EqualTo([new CacheProgress(CachePhase.Importing, "", bytes, bytes) { IsDone = true }]), "the clock stands still, so only the end is told");
    }

    [Test]
    public async Task Reports_come_at_most_ten_times_a_second_with_item_and_total()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        bench.Store.OnCall = (_, _) => Moved(bench.Time);

        var import = await bench.Cache.CreateImporter(["type=registry,ref=ghcr.io/acme/app:main"], new CacheImportOptions { Progress = new Collected(_reports) }).ImportAsync();

        var found = import.Sources[0];
        Assert.That(_reports[0], Is.EqualTo(new CacheProgress(CachePhase.Importing, found.Manifest!.Digest.ToString(), found.Manifest.Size, found.Manifest.Size)));
        Assert.That(_reports[^1].IsDone);
        Assert.That(_reports, Has.Count.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task A_session_and_a_folder_cache_tell_of_their_import()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync(Main, (Compile("a"), "A"));
        var source = CacheSource.Parse("type=registry,ref=ghcr.io/acme/app:main");

        await using (await bench.Cache.OpenSessionAsync(new BuildSessionOptions { Sources = [source], Progress = new Collected(_reports) }))
            Assert.That(_reports.Single(), Has.Property("Phase").EqualTo(CachePhase.Importing).And.Property("IsDone").True);
        await bench.Cache.Folders(new FolderCacheOptions { Sources = [source], Progress = new Collected(_reports) }).RestoreAsync("k", null, bench.Folder["x"]);
        Assert.That(_reports, Has.Count.EqualTo(2).And.All.Property("Phase").EqualTo(CachePhase.Importing));
    }

    private static Task Moved(FakeTimeProvider clock)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    private sealed class Collected(List<CacheProgress> reports) : IProgress<CacheProgress>
    {
        public void Report(CacheProgress value) => reports.Add(value);
    }
}
