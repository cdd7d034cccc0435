using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>A restore into a folder that is in use: directories stay the same, and what the cache does not hold is not touched.</summary>
[TestFixture(FolderAccess.Best)]
[TestFixture(FolderAccess.Managed)]
[TestFixture(FolderAccess.Portable)]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class RestoreInPlaceTests
{
    private readonly FolderAccess _access;
    private ScratchFolder _scratch = null!;

    public RestoreInPlaceTests(FolderAccess access) => _access = access;

    [SetUp]
    public void CreateScratch() => _scratch = new ScratchFolder();

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [Test]
    public async Task Directories_that_exist_stay_the_same_directories([Values] bool replace)
    {
        _scratch.Write("target/mine", "m");
        _scratch.Write("target/sub/mine", "m");
        _scratch.Write("target/sub/shared", "old");
        var before = (Inode("target"), Inode("target/sub"));

        await ApplyAsync(replace, new RawTar().Directory("sub").File("sub/shared", "new").File("sub/more/deep").File("top").End());

        Assert.That((Inode("target"), Inode("target/sub")), Is.EqualTo(before));
        Assert.That(File.ReadAllText(_scratch["target/sub/shared"]), Is.EqualTo("new"));
        Assert.That(Names("target"), Is.EqualTo(!replace
            ? "mine,sub,sub/mine,sub/more,sub/more/deep,sub/shared,top"
            : "sub,sub/more,sub/more/deep,sub/shared,top"));
    }

    [Test]
    public async Task Deletions_of_a_layer_mean_lower_layers_and_never_what_the_folder_holds()
    {
        _scratch.Write("target/gone", "mine");
        _scratch.Write("target/dir/mine", "mine");

        await ApplyAsync(
            false,
            new RawTar().File("lower").File("dir/lower").End(),
            new RawTar().File(".wh.gone", "").File(".wh.lower", "").File("dir/.wh..wh..opq", "").File("dir/new").End());

        Assert.That(Names("target"), Is.EqualTo("dir,dir/mine,dir/new,gone"));
    }

    [Test]
    public async Task Files_links_and_empty_directories_take_each_others_place()
    {
        _scratch.Write("target/file-to-dir", "f");
        _scratch.Write("target/file-to-link", "f");
        _scratch.Create("target/dir-to-file/empty");
        _scratch.Create("target/dir-to-link");
        File.CreateSymbolicLink(_scratch["target/link-to-file"], "file-to-dir");
        File.CreateSymbolicLink(_scratch["target/link-to-dir"], "file-to-link");
        File.CreateSymbolicLink(_scratch["target/dangling-to-dir"], "nowhere");

        await ApplyAsync(
            false,
            new RawTar().File("file-to-dir/x").Symlink("file-to-link", "x").File("dir-to-file").Symlink("dir-to-link", "x")
                .File("link-to-file", "new").File("link-to-dir/x").File("dangling-to-dir/x").End());

        Assert.That(Trees.Describe(_scratch["target"]).Select(line => string.Join(' ', line.Split(' ')[..2])), Is.EqualTo(new[]
        {
            "dangling-to-dir Directory", "dangling-to-dir/x File", "dir-to-file File", "dir-to-link SymbolicLink", "file-to-dir Directory",
            "file-to-dir/x File", "file-to-link SymbolicLink", "link-to-dir Directory", "link-to-dir/x File", "link-to-file File",
        }));
    }

    [Test]
    public async Task A_directory_with_files_is_replaced_by_a_file_only_if_so_chosen()
    {
        _scratch.Write("target/dir/sub/mine", "mine");
        _scratch.Write("target/first", "old");
        var before = Trees.Describe(_scratch["target"], withTimes: true);
        var tar = new RawTar().File("first", "new").File("dir", "file").End();

        var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(false, tar))!;
        Assert.That(error.Message, Does.Contain("'dir'"));
        Assert.That(Trees.Describe(_scratch["target"], withTimes: true), Is.EqualTo(before));

        await ApplyAsync(true, tar);
        Assert.That(File.ReadAllText(_scratch["target/dir"]), Is.EqualTo("file"));
        Assert.That(Names("target"), Is.EqualTo("dir,first"));
    }

    [Test]
    public async Task What_lies_below_a_link_of_the_folder_goes_where_the_link_leads()
    {
        _scratch.Write("target/usr/lib/mine", "m");
        Directory.CreateSymbolicLink(_scratch["target/lib"], "usr/lib");

        await ApplyAsync(false, new RawTar().Directory("lib").File("lib/new").File("lib/sub/new").End());

        Assert.That(Names("target"), Is.EqualTo("lib,usr,usr/lib,usr/lib/mine,usr/lib/new,usr/lib/sub,usr/lib/sub/new"));
        Assert.That(new DirectoryInfo(_scratch["target/lib"]).LinkTarget, Is.EqualTo("usr/lib"));
    }

    [TestCase("../outside")]
    [TestCase("/")]
    [TestCase("sub/../../outside")]
    public void A_link_of_the_folder_that_leads_out_is_an_error_and_changes_nothing(string link)
    {
        _scratch.Write("outside/file", "alive");
        _scratch.Write("target/first", "old");
        _scratch.Create("target/sub");
        Directory.CreateSymbolicLink(_scratch["target/lib"], link);
        var before = Trees.Describe(_scratch.Path, withTimes: true);

        var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(false, new RawTar().File("first", "new").File("lib/file", "new").End()))!;

        Assert.That(error.Message, Does.Contain("'lib'"));
        Assert.That(Trees.Describe(_scratch.Path, withTimes: true).Where(NotTarget), Is.EqualTo(before.Where(NotTarget)));

        static bool NotTarget(string line) => !line.StartsWith("target ", StringComparison.Ordinal);
    }

    [Test]
    public async Task Metadata_of_the_cache_counts_for_directories_that_it_holds_and_no_others()
    {
        foreach (var name in (string[])["told", "implied", "locked", "readonly"])
            File.SetUnixFileMode(_scratch.Create("target/" + name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        File.SetUnixFileMode(_scratch["target/readonly"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await ApplyAsync(false, new RawTar()
            .Directory("told").File("told/f").File("implied/f").Entry("locked", '5', mode: 0x140).File("locked/f").File("readonly/f")
            .Entry("fresh", '5', mode: 0x140).Entry("fresh/inner", '5', mode: 0).File("fresh/f").End());

        Assert.That(
            Trees.Describe(_scratch["target"]).Where(line => line.Contains(" Directory ", StringComparison.Ordinal)),
            Is.EqualTo(new[]
            {
                "fresh Directory 500", "fresh/inner Directory 0", "implied Directory 704", "locked Directory 500", "readonly Directory 500", "told Directory 755",
            }));
    }

    [Test]
    public async Task The_folder_may_be_given_as_a_link()
    {
        _scratch.Write("real/mine", "m");
        Directory.CreateSymbolicLink(_scratch["target"], "real");

        await ApplyAsync(false, new RawTar().File("new").End());

        Assert.That(Names("real"), Is.EqualTo("mine,new"));
        Assert.That(new DirectoryInfo(_scratch["target"]).LinkTarget, Is.EqualTo("real"));
    }

    [Test]
    public void A_failed_restore_leaves_no_folder_where_none_was()
    {
        Assert.CatchAsync<LayerFormatException>(() => LayerApplier.ApplyAsync(
            [BlobSource.FromBytes(new RawTar().File("a").File("a/b").End())],
            _scratch["new/deep/target"],
            new RestoreOptions { Access = _access }));

        Assert.That(Directory.Exists(_scratch["new"]), Is.False);
    }

    [Test]
    public void A_file_in_place_of_the_folder_is_an_error_that_says_so()
    {
        _scratch.Write("target", "file");

        var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(false, new RawTar().File("f").End()))!;

        Assert.That(error.Message, Does.Contain("is not a directory"));
        Assert.That(File.ReadAllText(_scratch["target"]), Is.EqualTo("file"));
    }

    private ulong Inode(string path)
    {
        using var folder = Folder.Open(_scratch[path]);
        return folder.Describe().Inode;
    }

    private string Names(string path) => string.Join(',', Trees.Describe(_scratch[path]).Select(line => line.Split(' ')[0]));

    private Task<RestoreReport> ApplyAsync(bool replace, params byte[][] layers) => LayerApplier.ApplyAsync(
        layers.Select(layer => BlobSource.FromBytes(layer)).ToList(),
        _scratch["target"],
        new RestoreOptions { ReplaceExisting = replace, Access = _access });
}
