using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Restores that the system stops: space ends at any moment, and mount points stand where something is to be moved.</summary>
[TestFixture(FolderAccess.Best)]
[TestFixture(FolderAccess.Managed)]
[TestFixture(FolderAccess.Portable)]
[Category("Integration")]
[NonParallelizable]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class RestoreFailureTests(FolderAccess access)
{
    private ScratchFolder _scratch = null!;

    [SetUp]
    public void CreateScratch()
    {
        _scratch = new ScratchFolder();
        _scratch.Create("target");
    }

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [Test]
    public async Task Wherever_space_ends_the_state_is_the_old_or_the_new_one()
    {
        var (failed, done) = (0, 0);
        for (var pages = 3; done < 3; pages++)
        {
            if (await TryAsync($"size={pages * 4}k"))
                done++;
            else
                failed++;
            Assert.That(pages, Is.LessThan(100), "a restore of a few small files needs little space");
        }

        TestContext.Out.WriteLine($"{failed} restores had too little space, {done} had enough");
        Assert.That(failed, Is.GreaterThan(3));
    }

    [Test]
    public async Task Wherever_inodes_end_the_state_is_the_old_or_the_new_one()
    {
        var (failed, done) = (0, 0);
        for (var inodes = 6; done < 3; inodes++)
        {
            if (await TryAsync($"size=1m,nr_inodes={inodes}"))
                done++;
            else
                failed++;
            Assert.That(inodes, Is.LessThan(200));
        }

        TestContext.Out.WriteLine($"{failed} restores had too few inodes, {done} had enough");
        Assert.That(failed, Is.GreaterThan(3));
    }

    [Test]
    public async Task Where_space_ends_in_a_mount_inside_the_old_state_comes_back()
    {
        MakeOld();
        _scratch.Create("target/zmount");
        await using var mount = await RealMount.TmpfsAsync(_scratch["target/zmount"], "size=64k");
        _scratch.Write("target/zmount/mine", "m");
        var before = State();

        Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(New().File("zmount/mine", "new").File("zmount/large", new string('x', 200_000)).End()));

        Assert.That(State(), Is.EqualTo(before));
    }

    [Test]
    public async Task Wherever_inodes_end_in_a_mount_inside_the_old_state_comes_back()
    {
        MakeOld();
        _scratch.Create("target/zmount");
        var failed = 0;
        for (var isDone = false; !isDone; failed += isDone ? 0 : 1)
        {
            var options = $"size=1m,nr_inodes={failed + 3}";
            await using var mount = await RealMount.TmpfsAsync(_scratch["target/zmount"], options);
            _scratch.Write("target/zmount/mine", "m");
            var before = State();
            try
            {
                await ApplyAsync(New().File("zmount/mine", "new").File("zmount/deep/file", "new").Symlink("zmount/link", "mine").End());
                isDone = true;
            }
            catch (CacheStorageException e)
            {
                Assert.That(State(), Is.EqualTo(before), options);
                Assert.That(e.Message, Does.Not.Contain("rollback failed"), options);
            }
        }

        Assert.That(failed, Is.InRange(3, 20));
    }

    [Test]
    public async Task A_mount_inside_keeps_its_content_and_gets_what_belongs_there([Values] bool replace)
    {
        MakeOld();
        _scratch.Create("target/zmount");
        await using var mount = await RealMount.TmpfsAsync(_scratch["target/zmount"]);
        _scratch.Write("target/zmount/mine", "m");
        _scratch.Write("target/zmount/shared", "old");

        await ApplyAsync(replace, New().File("zmount/shared", "new").File("zmount/deep/file", "new").Symlink("zmount/link", "shared").End());

        Assert.That(File.ReadAllText(_scratch["target/zmount/shared"]) + File.ReadAllText(_scratch["target/zmount/link"]), Is.EqualTo("newnew"));
        Assert.That(File.ReadAllText(_scratch["target/zmount/deep/file"]), Is.EqualTo("new"));
        Assert.That(File.Exists(_scratch["target/zmount/mine"]), Is.EqualTo(!replace));
        Assert.That(Directory.GetFileSystemEntries(_scratch["target"], ".registry-cache*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task A_file_that_is_a_mount_point_stops_the_restore_and_the_old_state_comes_back([Values] bool replace)
    {
        MakeOld();
        _scratch.Write("target/zmount", "below");
        _scratch.Write("elsewhere", "mounted");
        await using (await RealMount.BindAsync(_scratch["elsewhere"], _scratch["target/zmount"]))
        {
            var before = State();

            var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(replace, New().File("zmount", "new").End()))!;

            Assert.That(error.Message, Does.Contain("zmount"));
            Assert.That(State(), Is.EqualTo(before));
        }

        await ApplyAsync(replace, New().File("zmount", "new").End());
        Assert.That((Read("zmount"), Read("a"), File.ReadAllText(_scratch["elsewhere"])), Is.EqualTo(("new", "new", "mounted")));
    }

    [Test]
    public async Task A_directory_that_is_a_mount_point_is_not_replaced_by_a_file([Values] bool replace)
    {
        MakeOld();
        _scratch.Create("target/zmount");
        await using (await RealMount.TmpfsAsync(_scratch["target/zmount"]))
        {
            var before = State();

            var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(replace, New().File("zmount", "new").End()))!;

            Assert.That(error.Message, Does.Contain("zmount"));
            Assert.That(State(), Is.EqualTo(before));
        }

        await ApplyAsync(replace, New().File("zmount", "new").End());
        Assert.That(Read("zmount"), Is.EqualTo("new"));
    }

    // Whether the restore succeeded. If not, the old state must be there, and the next restore, with more space, must end in the new one.
    private async Task<bool> TryAsync(string options)
    {
        await using var mount = await RealMount.TmpfsAsync(_scratch["target"], options);
        try
        {
            MakeOld();
        }
        catch (IOException)
        {
            return false;
        }

        var before = State();
        var layer = New().File("large", new string('x', 30_000)).Symlink("zlink", "a").Symlink("zzlink", "b").End();
        var isDone = true;
        try
        {
            await ApplyAsync(layer);
        }
        catch (CacheStorageException e)
        {
            isDone = false;
            Assert.That(State(), Is.EqualTo(before), options);
            Assert.That(e.Message, Does.Not.Contain("rollback failed"), options);
            await RealTool.RunAsync("mount", "-o", "remount,size=4m,nr_inodes=1000", _scratch["target"]);
            await ApplyAsync(layer);
        }

        Assert.That((Read("a"), Read("sub/b"), Read("fresh/deep/f"), Read("zlink")), Is.EqualTo(("new", "new", "new", "new")), options);
        Assert.That(Directory.GetFileSystemEntries(_scratch["target"], ".registry-cache*"), Is.Empty, options);
        return isDone;
    }

    private void MakeOld()
    {
        _scratch.Write("target/a", "old");
        _scratch.Write("target/sub/b", "old");
        File.CreateSymbolicLink(_scratch["target/zlink"], "sub/b");
    }

    private static RawTar New() => new RawTar().File("a", "new").File("sub/b", "new").File("fresh/deep/f", "new");

    private List<string> State() => [.. Trees.Describe(_scratch["target"])];

    private string Read(string path) => File.ReadAllText(_scratch["target/" + path]);

    private Task<RestoreReport> ApplyAsync(byte[] layer) => ApplyAsync(false, layer);

    private Task<RestoreReport> ApplyAsync(bool replace, byte[] layer) => LayerApplier.ApplyAsync(
        [BlobSource.FromBytes(layer)], _scratch["target"], new RestoreOptions { ReplaceExisting = replace, Access = access });
}
