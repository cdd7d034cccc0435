using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Snapshots.FileSystem;
using RegistryCache.Core.Tests.Session;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>What a snapshot leaves out because a cache is kept there, with all ways of reaching the file system.</summary>
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

        var report = await new FolderLayerSource([new FolderMapping(scratch[saved], "")], new SnapshotOptions { Access = _access }, [scratch[own], scratch["nowhere"]])
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
        await (await session.FindAsync(SessionBench.Compile("a")))!.RestoreAsync(bench.Folder["back"]);

        Assert.That(Directory.GetFileSystemEntries(bench.Folder["back"]).Select(Path.GetFileName), Is.EqualTo(new List<string> { "file" }));
    }
}
