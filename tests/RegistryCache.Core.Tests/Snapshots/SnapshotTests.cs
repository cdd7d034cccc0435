using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Tests.Snapshots;

[TestFixture("Best")]
[TestFixture("Managed")]
[TestFixture("Portable")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SnapshotTests(string access) : SnapshotFixture(access)
{
    [Test]
    public async Task Several_folders_and_files_share_a_layer()
    {
        Scratch.Write("one/a", "1");
        Scratch.Write("two/b/c", "2");
        Scratch.Write("file", "3");

        var tar = await Trees.TarOfAsync(LayerSource.FromDirectories(
            [new(Scratch["two"], "z/deep"), new(Scratch["one"], "first"), new(Scratch["file"], "single")]));
        await ApplyAsync(Scratch["copy"], null, tar);

        Assert.That(
            string.Join(',', Trees.Describe(Scratch["copy"]).Select(line => line.Split(' ')[0])),
            Is.EqualTo("first,first/a,single,z,z/deep,z/deep/b,z/deep/b/c"));
    }

    [TestCase("a", "a")]
    [TestCase("a", "a/b")]
    [TestCase("", "a")]
    [TestCase("../a", "b")]
    [TestCase("/a", "b")]
    public void Places_that_overlap_or_lead_out_are_refused(string one, string other) =>
        Assert.That(() => LayerSource.FromDirectories([new("x", one), new("y", other)]), Throws.ArgumentException);

    [TestCase("a", "a", "'y' would be at the path '/a' of the layer, where 'x' is.")]
    [TestCase("a", "a/b/c", "'y' would be at the path '/a/b/c' of the layer, inside '/a', where 'x' is.")]
    [TestCase("", "a", "'y' would be at the path '/a' of the layer, inside '/', where 'x' is.")]
    public void Places_that_overlap_are_both_named(string one, string other, string said) =>
        Assert.That(
            () => LayerSource.FromDirectories([new("x", one), new("y", other)]), Throws.ArgumentException.With.Message.StartsWith(said));

    [Test]
    public async Task A_name_that_would_be_read_as_a_whiteout_is_escaped_and_told()
    {
        Scratch.Write("tree/.wh.name", "x");

        var report = await LayerSource.FromDirectory(Scratch["tree"], Taking()).WriteToAsync(Stream.Null, CancellationToken.None);
        await ApplyAsync(Scratch["copy"], null, await TarOfAsync(Scratch["tree"]));

        Assert.That(report.EscapedNames.Single(), Is.EqualTo(".wh.name"));
        Assert.That(Trees.Describe(Scratch["copy"]), Is.EqualTo(Trees.Describe(Scratch["tree"])));
    }

    // A umask takes bits off a new file, and each directory shows anew whether it does.
    [Test]
    public async Task Every_file_gets_its_own_mode_whatever_the_system_gives_new_files()
    {
        UnixFileMode[] modes = [(UnixFileMode)0x1a4, (UnixFileMode)0x1b6, (UnixFileMode)0x1ed, (UnixFileMode)0x100, (UnixFileMode)0x1ff, (UnixFileMode)0x180];
        for (var i = 0; i < 60; i++)
            File.SetUnixFileMode(Scratch.Write($"tree/{i % 3}/{i}", "x"), modes[i * 7 / 2 % modes.Length]);

        await ApplyAsync(Scratch["copy"], null, await TarOfAsync(Scratch["tree"]));

        Assert.That(Trees.Describe(Scratch["copy"]), Is.EqualTo(Trees.Describe(Scratch["tree"])));
        Assert.That(
            Enumerable.Range(0, 60).Select(i => File.GetUnixFileMode(Scratch[$"copy/{i % 3}/{i}"])),
            Is.EqualTo(Enumerable.Range(0, 60).Select(i => modes[i * 7 / 2 % modes.Length])));
    }

    [Test]
    public void A_file_that_grows_while_it_is_read_is_an_error_and_not_a_torn_layer()
    {
        var path = Scratch.Write("tree/file", new string('x', 3_000_000));
        var growing = new GrowingStream(path);

        var error = Assert.CatchAsync<CacheStorageException>(
            () => LayerSource.FromDirectory(Scratch["tree"], Taking()).WriteToAsync(growing, CancellationToken.None))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.SourceChanged));
        Assert.That(error.IsTransient, Is.True);
    }

    [Test]
    public async Task Patterns_decide_what_is_taken()
    {
        Scratch.Write("tree/src/a.cs", "1");
        Scratch.Write("tree/src/a.txt", "2");
        Scratch.Write("tree/obj/b.cs", "3");
        Scratch.Write("tree/unrelated/file", "4");

        await ApplyAsync(Scratch["copy"], null, await TarOfAsync(Scratch["tree"], new SnapshotOptions { Include = ["*.cs"], Exclude = ["/obj"] }));

        Assert.That(string.Join(',', Trees.Describe(Scratch["copy"]).Select(line => line.Split(' ')[0])), Is.EqualTo("src,src/a.cs"));
    }

    [Test]
    public async Task Given_entries_are_written_in_their_order()
    {
        var tar = await Trees.TarOfAsync(LayerSource.FromEntries(
            [LayerContent.Directory("d"), LayerContent.File("d/f", "content"u8.ToArray()), LayerContent.SymbolicLink("l", "d/f")]));

        await ApplyAsync(Scratch["copy"], null, tar);

        Assert.That(await File.ReadAllTextAsync(Scratch["copy/l"]), Is.EqualTo("content"));
    }

    [TestCase(0x1_ffff_ffff)]
    [TestCase(0x2_0000_0000)]
    [TestCase(long.MaxValue)]
    public async Task Fields_that_ustar_cannot_hold_come_back_from_pax_records(long size)
    {
        var entry = new LayerEntry
        {
            Path = new string('p', 90) + "/" + new string('q', 200),
            Size = size,
            UserId = 3_000_000,
            GroupId = 4_000_000_000,
            ModifiedAt = CacheTime.FromUnix(-5, 250_000_000),
            Mode = FileModes.Of(~0),
        };
        using var scanner = new TarScanner(new MemoryStream(TarHeaderWriter.Write(entry)), 1 << 20);

        var read = (await scanner.NextAsync(CancellationToken.None))!;

        Assert.That(read with { ExtendedAttributes = entry.ExtendedAttributes }, Is.EqualTo(entry));
    }

    [Test]
    public void Every_name_survives_being_text() => Assert.Multiple(() =>
    {
        foreach (var name in new byte[][] { [0xff, 0xfe], "é"u8.ToArray(), [0xed, 0xb2, 0x80], [0xc3], [0xf0, 0x9f, 0x8e, 0x89, 0x80] })
            Assert.That(PathText.Encode(PathText.Decode(name)), Is.EqualTo(name));
    });

    [TestCase("CON", false)]
    [TestCase("nul.txt", false)]
    [TestCase("lpt1", false)]
    [TestCase("a:stream", false)]
    [TestCase("a\\b", false)]
    [TestCase("trailing.", false)]
    [TestCase("console", true)]
    [TestCase(".hidden", true)]
    public void Names_with_another_meaning_on_Windows_are_known(string name, bool isFine) =>
        Assert.That(WindowsNames.Problem(name) is null, Is.EqualTo(isFine));

    private sealed class GrowingStream(string path) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            File.AppendAllText(path, "more");
            return ValueTask.CompletedTask;
        }
    }
}
