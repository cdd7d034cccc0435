using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Restore;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>What the next restore makes of one whose process died between its moves. A program that another test starts holds the locks of
/// this process for a moment, so that a dead restore seems to live.</summary>
[NonParallelizable]
[TestFixture(FolderAccess.Best)]
[TestFixture(FolderAccess.Managed)]
[TestFixture(FolderAccess.Portable)]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class RestoreRecoveryTests
{
    private readonly FolderAccess _access;
    private ScratchFolder _scratch = null!;

    public RestoreRecoveryTests(FolderAccess access) => _access = access;

    [SetUp]
    public void CreateScratch()
    {
        _scratch = new ScratchFolder();
        _scratch.Write("target/shared", "old");
        _scratch.Write("target/sub/shared", "old");
        File.CreateSymbolicLink(_scratch["target/link"], "old");
    }

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [Test]
    public async Task Without_a_commit_record_every_move_is_taken_back()
    {
        Die(commits: false);
        Assert.That(Read("shared"), Is.EqualTo("new"), "the moves were made");

        await NextAsync();

        Assert.That(Names(), Is.EqualTo("link,next,shared,sub,sub/shared"));
        Assert.That((Read("shared"), Read("sub/shared"), LinkText()), Is.EqualTo(("old", "old", "old")));
    }

    [Test]
    public async Task With_a_commit_record_the_new_state_stays()
    {
        Die(commits: true);

        await NextAsync();

        Assert.That((Read("shared"), Read("sub/shared"), Read("fresh/deep/file"), LinkText()), Is.EqualTo(("new", "new", "new", "new")));
        Assert.That(Names(), Does.Not.Contain(".registry-cache"));
    }

    [Test]
    public async Task What_was_changed_or_created_since_stays_and_so_does_what_it_would_lose()
    {
        Die(commits: false);
        File.Delete(_scratch["target/shared"]);
        _scratch.Write("target/shared", "somebody else's");
        _scratch.Write("target/fresh/foreign", "f");
        _scratch.Write("target/fresh/other/foreign", "f");

        await NextAsync();

        Assert.That(Read("shared"), Is.EqualTo("somebody else's"));
        Assert.That(Directory.GetFiles(_scratch["target"], "shared.before-restore-*").Select(File.ReadAllText), Is.EqualTo(new[] { "old" }));
        Assert.That(Directory.GetFileSystemEntries(_scratch["target/fresh"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "foreign", "other" }));
    }

    [Test]
    public async Task A_staging_directory_whose_owner_lives_is_left_alone()
    {
        using var root = Folder.Open(_scratch["target"], _access);
        using var alive = RestoreStage.Create(root);

        await NextAsync();

        Assert.That(Directory.Exists(alive.FullPath));
        alive.Delete();
    }

    [Test]
    public async Task A_snapshot_takes_back_what_is_left_of_a_restore([Values("layer", "state", "changes")] string of)
    {
        var options = new SnapshotOptions { Access = _access };
        var before = await DirectoryState.CaptureAsync(_scratch["target"], options);
        var tarBefore = await Trees.TarOfAsync(LayerSource.FromDirectory(_scratch["target"], options));
        Die(commits: false);

        if (of == "layer")
            Assert.That(await Trees.TarOfAsync(LayerSource.FromDirectory(_scratch["target"], options)), Is.EqualTo(tarBefore));
        else if (of == "state")
            Assert.That((await DirectoryState.CaptureAsync(_scratch["target"], options)).Count, Is.EqualTo(before.Count));
        else
            await LayerSource.FromChangesSince(before).WriteToAsync(Stream.Null);

        Assert.That(Names(), Is.EqualTo("link,shared,sub,sub/shared"));
        Assert.That((Read("shared"), Read("sub/shared"), LinkText()), Is.EqualTo(("old", "old", "old")));
    }

    [Test]
    public async Task A_save_of_a_folder_and_a_restore_that_finds_nothing_take_it_back([Values] bool saves)
    {
        Die(commits: false);
        await using var cache = new BuildCacheBuilder().UseStore(new InMemoryContentStore()).UseCompression().Build();
        var folders = cache.Folders(new FolderCacheOptions
        {
            Target = CacheTarget.Parse("type=registry,ref=registry.test/ci:folders"),
            Snapshot = new SnapshotOptions { Access = _access },
        });

        if (saves)
            await folders.SaveAsync("k", _scratch["target"]);
        else
            Assert.That((await folders.RestoreAsync("k", null, _scratch["target"], new RestoreOptions { Access = _access })).IsHit, Is.False);

        Assert.That((Read("shared"), Read("sub/shared"), LinkText()), Is.EqualTo(("old", "old", "old")));
        Assert.That(Names(), Is.EqualTo("link,shared,sub,sub/shared"));
    }

    // Everything that a restore does, but for the end.
    private void Die(bool commits)
    {
        using var root = Folder.Open(_scratch["target"], _access);
        using var stage = RestoreStage.Create(root);
        var created = stage.Area(0)!.New.FullPath;
        foreach (var path in (string[])["shared", "sub/shared", "fresh/deep/file", "top"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(created, path))!);
            File.WriteAllText(Path.Combine(created, path), "new");
        }

        File.CreateSymbolicLink(Path.Combine(created, "link"), "new");
        var implied = new StagedDirectory(new NodeMetadata { Mode = FileModes.SharedDirectory }, IsImplied: true);
        var plan = new RestorePlan(
            stage, new Dictionary<string, StagedDirectory> { ["sub"] = implied, ["fresh"] = implied, ["fresh/deep"] = implied }, new RestoreOptions(), isKept: null, CancellationToken.None);
        plan.Run();
        stage.Journal.Append(new JournalRecord(JournalKind.Start, 0, "", "", JournalRecord.Nothing with { Modified = stage.Now().Before }));
        stage.Journal.Write(toDisk: true);
        new RestoreMoves(stage, plan).Run(CancellationToken.None);
        if (commits)
            stage.Journal.Append(new JournalRecord(JournalKind.Commit, 0, "", "", JournalRecord.Nothing));
        stage.Journal.Write();
    }

    private Task NextAsync() => LayerApplier.ApplyAsync(
        [BlobSource.FromBytes(new RawTar().File("next").End())], _scratch["target"], new RestoreOptions { Access = _access });

    private string Names() => string.Join(',', Trees.Describe(_scratch["target"]).Select(line => line.Split(' ')[0]));

    private string Read(string path) => File.ReadAllText(_scratch["target/" + path]);

    private string? LinkText() => new FileInfo(_scratch["target/link"]).LinkTarget;
}
