using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>The published classes of extraction bugs, each against both ways of reaching the file system.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Platform("Linux")]
public sealed class HostileLayerTests
{
    private readonly FolderAccess _access;
    private ScratchFolder _scratch = null!;
    private List<string> _canary = null!;

    public HostileLayerTests(bool managed) => _access = managed ? FolderAccess.Managed : FolderAccess.Best;

    [SetUp]
    public void CreateScratch()
    {
        _scratch = new ScratchFolder();
        _scratch.Write("canary/file", "alive");
        _scratch.Write("canary/dir/file", "alive");
        _scratch.Write("target/old", "old state");
        _canary = Trees.Describe(_scratch["canary"], withTimes: true);
    }

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    private static IEnumerable<TestCaseData> Refused()
    {
        static TestCaseData Unsafe(string name, params byte[][] layers) => Case(name, RegistryCacheErrorCode.UnsafeLayer, layers);
        static TestCaseData Invalid(string name, params byte[][] layers) => Case(name, RegistryCacheErrorCode.InvalidTar, layers);
        static TestCaseData TooMuch(string name, params byte[][] layers) => Case(name, RegistryCacheErrorCode.LimitExceeded, layers);
        static TestCaseData Case(string name, RegistryCacheErrorCode code, byte[][] layers) => new TestCaseData(code, layers).SetArgDisplayNames(name);
        static RawTar Tar() => new();

        yield return Unsafe("zip slip", Tar().File("../canary/file").End());
        yield return Unsafe("zip slip in the middle", Tar().File("a/../../canary/file").End());
        yield return Unsafe("dots that stay inside", Tar().File("a/../b").End());
        yield return Unsafe("pax path that overrides a harmless one", Tar().Pax(("path", "../canary/file")).File("harmless").End());
        yield return Unsafe("GNU long name that overrides a harmless one", Tar().Long('L', "../canary/file\0").File("harmless").End());
        yield return Unsafe("GNU sparse name that overrides a harmless one", Tar().Pax(
            ("GNU.sparse.map", "0,1"), ("GNU.sparse.size", "1"), ("GNU.sparse.name", "../canary/file")).File("harmless").End());
        yield return Unsafe("ustar prefix that leads up", Tar().Entry("file", '0', change: block => "../canary"u8.CopyTo(block.AsSpan(345))).End());
        yield return Unsafe("absolute symbolic link", Tar().Symlink("link", "/etc").End());
        yield return Unsafe("symbolic link that leads up", Tar().Symlink("link", "../canary").End());
        yield return Unsafe("symbolic link that leads up from below", Tar().Symlink("a/b/link", "../../../canary").End());
        yield return Unsafe("symbolic link that goes up behind a name", Tar().Symlink("a/link", "b/../../canary").End());
        yield return Unsafe("GNU long link that overrides a harmless one", Tar().Long('K', "/etc\0").Symlink("link", "harmless").End());
        yield return Unsafe("write through a link to a file", Tar().File("f").Symlink("link", "f").File("link/file").End());
        yield return Unsafe("circle of links", Tar().Symlink("a", "b").Symlink("b", "a").File("a/file").End());
        yield return Unsafe("more links than any system follows", Enumerable.Range(0, 50)
            .Aggregate(Tar().Directory("d0"), (tar, i) => tar.Symlink($"d{i + 1}", $"d{i}")).File("d50/file").End());
        var deep = string.Join('/', Enumerable.Repeat("d", 200));
        yield return TooMuch("links that unfold to a path too deep", Tar()
            .Pax(("linkpath", deep)).Symlink("a", "x").Pax(("linkpath", "a/" + deep)).Symlink("b", "x").File("b/file").End());
        yield return Invalid("hard link to itself through a link", Tar().File("f").Symlink("here", ".").HardLink("here/f", "f").End());
        yield return Unsafe("file for a directory", Tar().File("a").File("a/b").End());
        yield return Unsafe("hard link that leads up", Tar().HardLink("link", "../canary/file").End());
        yield return Unsafe("hard link to a directory", Tar().Directory("dir").HardLink("link", "dir").End());
        yield return Unsafe("hard link that moves a symbolic link up", Tar().Directory("a").Symlink("a/link", "../ok").HardLink("moved", "a/link").End());
        yield return Invalid("hard link out of the layer", Tar().HardLink("link", "/etc/passwd").End());
        yield return Unsafe("absolute path that leads up", Tar().File("/../canary/file").End());
        yield return Unsafe("absolute path that leads up in a pax record", Tar().Pax(("path", "//../../canary/file")).File("harmless").End());
        yield return Unsafe("absolute hard link that leads up", Tar().HardLink("link", "/../canary/file").End());
        yield return Unsafe("file in place of the root", Tar().File("/.").End());
        yield return Unsafe("symbolic link in place of the root", Tar().Symlink("/", "x").End());
        yield return Unsafe("hard link to the root", Tar().HardLink("a", "/").End());
        yield return Unsafe("absolute whiteout of the parent", Tar().File("/.wh...", "").End());
        yield return Unsafe("below the mark of an opaque directory", Tar().File(".wh..wh..opq/x", "").End());
        yield return Invalid("hard link into AUFS metadata that is not there", Tar().File(".wh..wh.plnk/1").HardLink("a", "/.wh..wh.plnk/2").End());
        yield return Invalid("hard link into AUFS metadata that comes later", Tar().HardLink("a", ".wh..wh.plnk/1").File(".wh..wh.plnk/1").End());
        yield return Invalid("hard link to a link in AUFS metadata", Tar().Symlink(".wh..wh.plnk/1", "/etc/passwd").HardLink("a", ".wh..wh.plnk/1").End());
        yield return Unsafe("hard link that leads up through AUFS metadata", Tar().File(".wh..wh.plnk/1").HardLink("a", ".wh..wh.plnk/../../canary/file").End());
        yield return Invalid("hard link to itself", Tar().File("f").HardLink("f", "./f").End());
        yield return Invalid("hard link forward", Tar().HardLink("link", "later").File("later").End());
        yield return Invalid("hard link over its own parent", Tar().File("d/f").HardLink("d", "d/f").End());
        yield return Unsafe("whiteout of the parent", Tar().File(".wh...", "").End());
        yield return Unsafe("whiteout of the directory itself", Tar().File("dir/.wh..", "").End());
        yield return Unsafe("whiteout of nothing", Tar().File(".wh.", "").End());
        yield return Unsafe("whiteout for a directory", Tar().File(".wh.a/b", "").End());
        yield return Unsafe("whiteout that leads up", Tar().File("../.wh.canary", "").End());
        yield return Unsafe("whiteout that is a directory", Tar().Directory(".wh.old").End());
        yield return Unsafe("character device", Tar().Entry("null", '3').End());
        yield return Unsafe("block device", Tar().Entry("disk", '4').End());
        yield return Unsafe("file in place of the folder", Tar().File("./", "").Symlink(".", "elsewhere").End());
        yield return Unsafe("symbolic link in place of the folder", Tar().Symlink("./", "elsewhere").End());
        yield return Invalid("NUL in a pax path", Tar().Pax(("path", "a\0b")).File("harmless").End());
        yield return Invalid("NUL in a long name", Tar().Long('L', "a\0b\0").File("harmless").End());
        yield return Invalid("NUL in a link target", Tar().Pax(("linkpath", "a\0b")).Symlink("link", "harmless").End());
        yield return Invalid("empty link target", Tar().Symlink("link", "").End());
        yield return Invalid("negative size", Tar().Entry("f", '0', size: "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe").End());
        yield return Invalid("negative size in a pax record", Tar().Pax(("size", "-1")).File("f").End());
        yield return Invalid("size that fits no number", Tar().Pax(("size", "99999999999999999999")).File("f").End());
        yield return Invalid("base-256 size that fits no number", Tar().Entry("f", '0', size: "\u00bf\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff").End());
        yield return Invalid("pax size that contradicts the header", Tar().Pax(("size", "512")).File("f", "xxxx").End());
        yield return Invalid("global pax path", Tar().Global(("path", "f")).File("a").File("b").End());
        yield return Invalid("escaped names for all entries", Tar().Global(("REGISTRYCACHE.names", "escaped")).File("%.wh.a").End());
        yield return Unsafe("escaped name that leads up", Tar().Pax(("REGISTRYCACHE.names", "escaped")).File("%.wh.a/../../canary/file").End());
        yield return Invalid("pax record that overruns", Tar().Entry("pax", 'x', size: RawTar.Octal(9, 11)).Content("99 path=a").File("f").End());
        yield return Invalid("pax record without a key", Tar().Entry("pax", 'x', size: RawTar.Octal(6, 11)).Content("6 ab=\n"[..4] + "z\n").File("f").End());
        yield return Invalid("extended header at the end", Tar().Pax(("path", "a")).End());
        yield return Invalid("directory with content", Tar().Entry("dir", '5', size: RawTar.Octal(5, 11)).Content("hello").End());
        yield return Invalid("symbolic link with content", Tar().Entry("l", '2', "x", size: RawTar.Octal(5, 11)).Content("hello").End());
        yield return Invalid("slash at the end of a file with content", Tar().File("dir/", "hello").End());
        yield return Invalid("unknown type", Tar().Entry("v", 'V').End());
        yield return Invalid("wrong checksum", Corrupt(Tar().File("f").End(), 3));
        yield return Invalid("content that ends early", Tar().File("f", new string('x', 2000)).WithoutEnd()[..1500]);
        yield return Invalid("header that ends early", Tar().File("f").WithoutEnd()[..300]);
        yield return Invalid("sparse map that overlaps", Tar().Pax(("GNU.sparse.map", "0,4,2,4"), ("GNU.sparse.size", "8")).File("s", "xxxxxxxx").End());
        yield return Invalid("sparse map that leaves the file", Tar().Pax(("GNU.sparse.map", "100,8"), ("GNU.sparse.size", "8")).File("s", "xxxxxxxx").End());
        yield return Invalid("sparse map that overflows", Tar().Pax(("GNU.sparse.map", "9223372036854775807,8"), ("GNU.sparse.size", "9223372036854775807")).File("s", "xxxxxxxx").End());
        yield return Invalid("sparse map with half a pair", Tar().Pax(("GNU.sparse.map", "0,4,2"), ("GNU.sparse.size", "8")).File("s", "xxxx").End());
        yield return TooMuch("huge sparse file", Tar().Pax(("GNU.sparse.map", "0,1"), ("GNU.sparse.size", "9000000000000000000")).File("s").End());
        yield return TooMuch("many sparse files", [.. Enumerable.Range(0, 6)
            .Aggregate(Tar(), (tar, i) => tar.Pax(("GNU.sparse.map", "0,1"), ("GNU.sparse.size", "68719476736")).File($"s{i}")).End()]);
        yield return TooMuch("huge extended header", Tar().Entry("pax", 'x', size: RawTar.Octal(1L << 31, 11)).End());
        yield return TooMuch("endless extended headers", Enumerable.Range(0, 3000).Aggregate(Tar(), (tar, _) => tar.Pax(("comment", "c"))).File("f").End());
        yield return TooMuch("too deep", Tar().Long('L', string.Join('/', Enumerable.Repeat("d", 1000))).File("f").End());
        yield return TooMuch("too long", Tar().Long('L', new string('n', 5000)).File("f").End());
        yield return TooMuch("too long a link", Tar().Pax(("linkpath", new string('n', 5000))).Symlink("l", "x").End());
    }

    [TestCaseSource(nameof(Refused))]
    public void Is_refused_with_its_own_error_and_nothing_is_touched(RegistryCacheErrorCode code, byte[][] layers)
    {
        var error = Assert.CatchAsync<RegistryCacheException>(() => ApplyAsync(new RestoreOptions(), layers))!;

        Assert.That(error.Code, Is.EqualTo(code), error.Message);
        Assert.That(Trees.Describe(_scratch["canary"], withTimes: true), Is.EqualTo(_canary));
        Assert.That(Trees.Describe(_scratch["target"]), Has.Count.EqualTo(1), "the old state is kept");
        Assert.That(Directory.GetFileSystemEntries(_scratch.Path), Has.Length.EqualTo(2), "nothing is left beside the folder");
    }

    [Test]
    public async Task A_link_to_the_outside_that_was_there_before_is_not_followed_either()
    {
        Directory.CreateSymbolicLink(_scratch["target/way-out"], _scratch["canary"]);

        foreach (var tar in (byte[][])[new RawTar().File("way-out/file").End(), new RawTar().Directory("way-out").File("way-out/file").End()])
        {
            var error = Assert.CatchAsync<CacheStorageException>(() => ApplyAsync(new RestoreOptions(), tar))!;
            Assert.That(error.Message, Does.Contain("'way-out'"));
        }

        Assert.That(Trees.Describe(_scratch["canary"], withTimes: true), Is.EqualTo(_canary));
        await ApplyAsync(new RestoreOptions { ReplaceExisting = true }, new RawTar().Directory("way-out").File("way-out/file").End());

        Assert.That(Trees.Describe(_scratch["canary"], withTimes: true), Is.EqualTo(_canary));
        Assert.That(File.ReadAllText(_scratch["target/way-out/file"]), Is.EqualTo("x"), "a directory replaces the link");
    }

    [Test]
    public async Task A_file_replaces_a_link_instead_of_writing_where_it_leads()
    {
        File.CreateSymbolicLink(_scratch["target/out"], _scratch["canary/file"]);

        await ApplyAsync(new RestoreOptions(), new RawTar().File("out", "new").End());

        Assert.That(File.ReadAllText(_scratch["target/out"]), Is.EqualTo("new"));
        Assert.That(File.ReadAllText(_scratch["canary/file"]), Is.EqualTo("alive"));
    }

    [Test]
    public async Task Another_name_of_a_file_does_not_change_when_the_file_is_replaced()
    {
        if (_access == FolderAccess.Best)
        {
            using var target = Folder.Open(_scratch["target"]);
            using var canary = Folder.Open(_scratch["canary"]);
            target.TryCreateHardLink("shared", canary, "file");
            _canary = Trees.Describe(_scratch["canary"], withTimes: true);
        }
        else
        {
            File.Copy(_scratch["canary/file"], _scratch["target/shared"]);
        }

        await ApplyAsync(new RestoreOptions(), new RawTar().File("shared", "overwritten").End());

        Assert.That(File.ReadAllText(_scratch["canary/file"]), Is.EqualTo("alive"));
    }

    [TestCase(EntryPolicy.Skip, "755")]
    [TestCase(EntryPolicy.Keep, "6755")]
    public async Task Set_id_bits_are_treated_as_chosen(EntryPolicy policy, string expected)
    {
        var tar = new RawTar().File("su", mode: 0xded).HardLink("same", "su").Symlink("link", "su").End();
        var report = await ApplyAsync(new RestoreOptions { SetIdBits = policy }, tar);

        Assert.That(Trees.Describe(_scratch["target"]), Has.One.StartsWith($"su File {expected} "));
        Assert.That(report.SetIdBitsCleared, Is.EqualTo(policy == EntryPolicy.Skip ? 1 : 0));
    }

    [Test]
    public void Set_id_bits_are_refused_if_so_chosen() =>
        Refuses(new RestoreOptions { SetIdBits = EntryPolicy.Refuse }, new RawTar().File("su", mode: 0x9ed).End());

    [Test]
    public void Paths_that_differ_in_case_only_are_refused_if_so_chosen()
    {
        var options = new RestoreOptions { RefuseCaseCollisions = true };

        Refuses(options, new RawTar().File("Readme").File("README").End());
        Refuses(options, new RawTar().Symlink("Dir", "a").File("dir/file").End());
        Refuses(options, new RawTar().File("a/X/one").File("a/x/two").End());
        Refuses(options, new RawTar().File("\u00c9").File("\u00e9").End());
    }

    [Test]
    public void Duplicates_are_refused_if_so_chosen() =>
        Refuses(new RestoreOptions { RefuseDuplicates = true }, new RawTar().File("f", "1").File("./f", "2").End());

    [Test]
    public async Task Of_duplicates_the_last_one_wins()
    {
        await ApplyAsync(new RestoreOptions(), new RawTar().File("f", "1").File("./f", "2").Symlink("g", "x").File("g", "3").Directory("h").File("h", "4").End());

        Assert.That(string.Concat("fgh".Select(name => File.ReadAllText(_scratch["target/" + name]))), Is.EqualTo("234"));
    }

    [Test]
    public async Task Devices_are_skipped_and_told_if_so_chosen()
    {
        var report = await ApplyAsync(new RestoreOptions { Devices = EntryPolicy.Skip }, new RawTar().Entry("null", '3').File("f").End());

        Assert.That(string.Join(',', report.Skipped), Is.EqualTo("null"));
        Assert.That(File.Exists(_scratch["target/null"]), Is.False);
    }

    [Test]
    public void Each_limit_holds()
    {
        var tar = new RawTar().File("a/b", "12345").File("c", "67890").End();
        foreach (var limits in new RestoreLimits[]
                 {
                     new() { MaxEntries = 1 }, new() { MaxTotalBytes = 9 }, new() { MaxFileBytes = 4 }, new() { MaxPathDepth = 1 }, new() { MaxPathBytes = 2 },
                 })
        {
            Assert.That(
                Assert.CatchAsync<RegistryCacheException>(() => ApplyAsync(new RestoreOptions { Limits = limits }, tar))!.Code,
                Is.EqualTo(RegistryCacheErrorCode.LimitExceeded),
                limits.ToString());
        }
    }

    [Test]
    public void Endless_zeros_behind_the_archive_are_not_read_for_ever()
    {
        byte[] tar = [.. new RawTar().File("f").End(), .. new byte[5_000_000]];

        Assert.CatchAsync<LimitExceededException>(() => ApplyAsync(new RestoreOptions { Limits = new RestoreLimits { MaxTotalBytes = 1_000_000 } }, tar));
    }

    [Test]
    public async Task A_slash_behind_a_name_changes_nothing_but_the_type_of_a_plain_entry()
    {
        await ApplyAsync(new RestoreOptions(), new RawTar().File("dir/", "").Symlink("link/", "dir").End());

        Assert.That(Directory.Exists(_scratch["target/dir"]), Is.True);
        Assert.That(new FileInfo(_scratch["target/link"]).LinkTarget, Is.EqualTo("dir"));
    }

    [TestCase(".registry-cache-restore-0123456789abcdef/journal")]
    [TestCase("dir/.registry-cache-restore-0123456789abcdef/new/file")]
    [TestCase(".registry-cache-restore-lock")]
    public async Task An_entry_named_like_a_part_of_a_restore_is_left_out(string name)
    {
        var report = await ApplyAsync(new RestoreOptions(), new RawTar().File(name).File("f").End());

        Assert.That(report.Skipped, Is.EqualTo(new[] { name }));
        Assert.That(string.Join(',', Directory.GetFileSystemEntries(_scratch["target"]).Select(Path.GetFileName).Order()), Is.EqualTo("f,old"));
    }

    private static byte[] Corrupt(byte[] tar, int offset)
    {
        tar[offset] ^= 1;
        return tar;
    }

    private void Refuses(RestoreOptions options, byte[] tar)
    {
        Assert.That(Assert.CatchAsync<RegistryCacheException>(() => ApplyAsync(options, tar))!.Code, Is.EqualTo(RegistryCacheErrorCode.UnsafeLayer));
        Assert.That(Trees.Describe(_scratch["canary"], withTimes: true), Is.EqualTo(_canary));
    }

    private Task<RestoreReport> ApplyAsync(RestoreOptions options, params byte[][] layers) => LayerApplier.ApplyAsync(
        layers.Select(layer => BlobSource.FromBytes(layer)).ToList(), _scratch["target"], options with { Access = _access });
}
