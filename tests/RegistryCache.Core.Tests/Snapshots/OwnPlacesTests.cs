using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tests.Session;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>What a snapshot skips because a cache is kept there, with all ways of reaching the file system.</summary>
[TestFixture("Best")]
[TestFixture("Managed")]
[TestFixture("Portable")]
internal sealed class OwnPlacesTests(string access)
{
    private readonly FolderAccess _access = Enum.Parse<FolderAccess>(access);

    [TestCase("tree/cache", "tree")]
    [TestCase("by-link/cache", "tree")]
    [TestCase("tree/inner/../cache", "tree")]
    [TestCase("tree/cache", "by-link")]
    [TestCase("by-link/cache", "chain")]
    public async Task A_directory_is_known_whatever_path_leads_to_it(string own, string saved)
    {
        using var scratch = new ScratchFolder();
        scratch.Write("tree/cache/blob", "x");
        scratch.Write("tree/inner/cache/file", "x");
        Directory.CreateSymbolicLink(scratch["by-link"], scratch["tree"]);
        Directory.CreateSymbolicLink(scratch["chain"], "by-link");

        var options = new SnapshotOptions { Access = _access };
        var report = await new FolderLayerSource(new MappedFolders([(scratch[saved], "")], options), options, [scratch[own], scratch["nowhere"]])
            .WriteToAsync(Stream.Null, CancellationToken.None);

        Assert.That(report.OwnPaths, Is.EqualTo(new List<string> { "cache" }));
        Assert.That(report.Entries, Is.EqualTo(3));
    }

    [Test]
    public void A_circle_of_links_is_no_place()
    {
        using var scratch = new ScratchFolder();
        File.CreateSymbolicLink(scratch["a"], "b");
        File.CreateSymbolicLink(scratch["b"], "a");

        Assert.That(RealPath.Of(scratch["a/x"]), Is.Not.Empty);
        Assert.That(new OwnPlaces([scratch["a"]], _access).Found, Is.Empty);
    }

    [Test]
    public async Task A_step_is_recorded_without_the_cache_that_the_session_reads()
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("out/file", "x");
        bench.Folder.Write("out/cache/blob", "x");
        await using var session = await bench.Cache.OpenSessionAsync([$"type=local,src={bench.Folder["out/cache"]}"]);

        await session.RecordAsync(SessionBench.Compile("a"), LayerSource.FromDirectory(bench.Folder["out"]));

        Assert.That(await RestoredAsync(bench, session), Is.EqualTo("file"));
    }

    [TestCase("type=local,dest=DIR")]
    [TestCase("type=registry,ref=ghcr.io/acme/app:main,dest=DIR")]
    public async Task A_step_is_recorded_without_the_caches_that_the_session_is_going_to_write(string target)
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("out/file", "x");
        bench.Folder.Write("out/cache/blob", "x");
        await using var session = await OpenAsync(bench, target.Replace("DIR", bench.Folder["out/cache"], StringComparison.Ordinal));

        await session.RecordAsync(SessionBench.Compile("a"), LayerSource.FromDirectory(bench.Folder["out"]));

        Assert.That(await RestoredAsync(bench, session), Is.EqualTo("file"));
    }

    [Test]
    public async Task So_are_the_changes_of_a_step([Values] bool readsContent)
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("out/cache/old", "x");
        bench.Folder.Write("out/cache/gone", "x");
        bench.Folder.Write("out/.registry-cache-restore-0123456789abcdef/journal", "x");
        await using var session = await OpenAsync(bench, $"type=local,dest={bench.Folder["out/cache"]}");
        var before = await DirectoryState.CaptureAsync(bench.Folder["out"], new SnapshotOptions { Access = _access }, readsContent);
        bench.Folder.Write("out/cache/blob", "x");
        bench.Folder.Write("out/file", "x");
        File.Delete(bench.Folder["out/cache/gone"]);
        Assert.That(Directory.GetDirectories(bench.Folder["out"]), Has.Length.EqualTo(1), "what a dead restore left is gone");

        var report = await LayerSource.FromChangesSince(before).Without([bench.Folder["out/cache"]]).WriteToAsync(Stream.Null, CancellationToken.None);
        await session.RecordAsync(SessionBench.Compile("a"), LayerSource.FromChangesSince(before));

        Assert.That((report.Entries, report.OwnPaths), Is.EqualTo((1, new List<string> { "cache" })));
        Assert.That(await RestoredAsync(bench, session), Is.EqualTo("file"));
    }

    private static Task<BuildSession> OpenAsync(SessionBench bench, string target) =>
        bench.Cache.OpenSessionAsync(new BuildSessionOptions { Targets = [CacheTarget.Parse(target)] });

    private static async Task<string> RestoredAsync(SessionBench bench, BuildSession session)
    {
        await (await session.FindAsync(SessionBench.Compile("a")))!.RestoreAsync(bench.Folder["back"]);
        return string.Join(',', Directory.GetFileSystemEntries(bench.Folder["back"]).Select(Path.GetFileName));
    }
}
