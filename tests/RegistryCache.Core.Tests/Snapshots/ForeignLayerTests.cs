using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Layers in the odd but honest forms of other programs land where containerd and tar put them.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Platform("Linux")]
public sealed class ForeignLayerTests(bool managed)
{
    private ScratchFolder _scratch = null!;

    [SetUp]
    public void CreateScratch() => _scratch = new ScratchFolder();

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [TestCaseSource(typeof(ForeignTars), nameof(ForeignTars.All))]
    public async Task Every_file_lands_below_the_folder(ForeignTar tar)
    {
        if (managed && tar.Name.StartsWith("fifo", StringComparison.Ordinal))
        {
            Assert.That((await ApplyAsync(tar.Bytes)).Skipped, Is.Not.Empty, "the tar is read, but this file system makes no fifo, and the report says so");
            return;
        }

        await ApplyAsync(tar.Bytes);

        Assert.That(Texts(_scratch["target"]), Is.EquivalentTo(tar.Files));
    }

    [TestCaseSource(typeof(ForeignTars), nameof(ForeignTars.All))]
    public async Task The_tree_in_memory_holds_the_same(ForeignTar tar)
    {
        var tree = await LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(tar.Bytes)], new RestoreLimits(), CancellationToken.None);

        var names = tree.Values.Where(e => e.Entry.Kind is LayerEntryKind.File or LayerEntryKind.HardLink).Select(e => e.Entry.Path);
        Assert.That(names, Is.EquivalentTo(tar.Files.Select(f => f.Path)));
    }

    [TestCaseSource(typeof(ForeignTars), nameof(ForeignTars.All))]
    [Category("Integration")]
    public async Task GNU_tar_agrees(ForeignTar tar)
    {
        // GNU tar knows no whiteouts and does not read a file that ends inside a block.
        if (tar.Name.Contains("AUFS", StringComparison.Ordinal) || tar.Name.StartsWith("last entry", StringComparison.Ordinal))
            Assert.Pass("GNU tar has other rules here.");
        File.WriteAllBytes(_scratch["layer.tar"], tar.Bytes);
        await RealTool.TryRunAsync("tar", "-C", _scratch.Create("target"), "--no-same-owner", "-xf", _scratch["layer.tar"]);

        Assert.That(Texts(_scratch["target"]), Is.EquivalentTo(tar.Files));
    }

    [Test]
    public async Task An_owner_that_no_system_has_is_left_to_the_system_even_where_owners_are_kept()
    {
        var tar = new RawTar().Pax(("uid", "-1"), ("gid", "-1")).File("x").End();

        await ApplyAsync(tar, new RestoreOptions { KeepOwners = true });

        Assert.That(File.Exists(_scratch["target/x"]), Is.True);
        Assert.That(await OwnerAsync(_scratch["target/x"]), Is.EqualTo(await OwnerAsync(_scratch["target"])));
    }

    [Test]
    public async Task A_negative_owner_survives_a_round_trip_through_our_own_writer()
    {
        var tree = await LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(new RawTar().Pax(("uid", "-1"), ("gid", "-2")).File("x").End())], new RestoreLimits(), CancellationToken.None);
        var again = await Trees.TarOfAsync(LayerSource.FromEntries([.. tree.Values]));
        var read = await LayerApplier.ReadIntoMemoryAsync([BlobSource.FromBytes(again)], new RestoreLimits(), CancellationToken.None);

        Assert.That(read.TryGetValue("x", out var entry), Is.True);
        Assert.That((entry!.Entry.UserId, entry.Entry.GroupId), Is.EqualTo((-1L, -2L)));
    }

    [Test]
    public void A_hard_link_with_content_is_refused_and_the_error_says_why()
    {
        // POSIX allows content after a hard link, Go's reader never expects it: two readers would see two archives.
        var tar = new RawTar().File("a", "12345").Entry("b", '1', "a", RawTar.Octal(5, 11)).Content("12345").End();

        var error = Assert.CatchAsync<LayerFormatException>(() => ApplyAsync(tar))!;

        Assert.That(error.Message, Does.Contain("'b'").And.Contain("states 5 bytes"));
    }

    [TestCase(".wh..wh.plnk/1.2")]
    [TestCase(".wh..wh.orph/1.3")]
    [TestCase(".wh..wh.aufs")]
    public void A_hard_link_to_metadata_that_the_layer_does_not_keep_says_so(string target)
    {
        // What a lower layer had there is another layer's.
        var lower = new RawTar().File(".wh..wh.plnk/1.2").End();
        var tar = new RawTar().Directory(".wh..wh.plnk").File(".wh..wh.plnk/1.3").File(".wh..wh.aufs", "").HardLink("a", target).End();

        var error = Assert.CatchAsync<LayerFormatException>(() => ApplyAsync([lower, tar]))!;

        Assert.That(error.Message, Does.Contain("'a'").And.Contain("AUFS"));
    }

    [Test]
    public async Task Links_to_one_file_of_AUFS_are_files_with_its_content_and_metadata()
    {
        var content = new string('c', 300_000);
        var tar = new RawTar().Entry(".wh..wh.plnk/1.2", '0', "", RawTar.Octal(content.Length, 11), mode: 0x1ed).Content(content)
            .HardLink("a", ".wh..wh.plnk/1.2").HardLink("sub/b", "/.wh..wh.plnk/deep/1.2").HardLink("c", "a").End();

        await ApplyAsync(tar);

        Assert.That(Trees.Describe(_scratch["target"]).Select(line => string.Join(' ', line.Split(' ')[..3])), Is.EqualTo(new[]
        {
            "a File 755", "c File 755", "sub Directory 755", "sub/b File 755",
        }));
        Assert.That(((string[])["a", "c", "sub/b"]).Select(name => File.ReadAllText(_scratch["target/" + name])), Is.All.EqualTo(content));
    }

    [Test]
    public void Each_link_to_a_file_of_AUFS_counts_as_a_file()
    {
        var tar = new RawTar().File(".wh..wh.plnk/1.2", new string('c', 1000));
        for (var i = 0; i < 10; i++)
            tar.HardLink($"a{i}", ".wh..wh.plnk/1.2");

        var error = Assert.CatchAsync<LimitExceededException>(
            () => ApplyAsync(tar.End(), new RestoreOptions { Limits = new RestoreLimits { MaxTotalBytes = 9000 } }))!;

        Assert.That(error.Message, Does.Contain("MaxTotalBytes"));
    }

    private static IEnumerable<(string Path, string Text)> Texts(string directory) => Directory
        .EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device })
        .Where(f => File.GetAttributes(f) is var attributes && new FileInfo(f).LinkTarget is null && !IsFifo(f))
        .Select(f => (Path.GetRelativePath(directory, f), File.ReadAllText(f)));

    private static bool IsFifo(string path)
    {
        using var folder = Folder.Open(Path.GetDirectoryName(path)!);
        return folder.Find(Path.GetFileName(path)) is { Kind: FileKind.Fifo };
    }

    private static async Task<string> OwnerAsync(string path) => await RealTool.RunAsync("stat", "-c", "%u:%g", path);

    private Task<RestoreReport> ApplyAsync(byte[] layer, RestoreOptions? options = null) => ApplyAsync([layer], options);

    private Task<RestoreReport> ApplyAsync(byte[][] layers, RestoreOptions? options = null) => LayerApplier.ApplyAsync(
        layers.Select(layer => BlobSource.FromBytes(layer)),
        _scratch["target"],
        (options ?? new RestoreOptions()) with { Access = managed ? FolderAccess.Managed : FolderAccess.Best });
}
