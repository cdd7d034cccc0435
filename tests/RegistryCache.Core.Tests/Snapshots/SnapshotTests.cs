using System.Net.Sockets;
using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Snapshots.FileSystem;
using RegistryCache.Core.Snapshots.Tar;

namespace RegistryCache.Core.Tests.Snapshots;

[Platform("Linux")]
public sealed class SnapshotTests
{
    private ScratchFolder _scratch = null!;

    [SetUp]
    public void CreateScratch() => _scratch = new ScratchFolder();

    [TearDown]
    public void DeleteScratch() => _scratch.Dispose();

    [Test]
    public async Task Several_folders_and_files_share_a_layer()
    {
        _scratch.Write("one/a", "1");
        _scratch.Write("two/b/c", "2");
        _scratch.Write("file", "3");

        var tar = await Trees.TarOfAsync(LayerSource.FromDirectories(
            [new(_scratch["two"], "z/deep"), new(_scratch["one"], "first"), new(_scratch["file"], "single")]));
        await Trees.ApplyAsync(_scratch["copy"], null, tar);

        Assert.That(
            string.Join(',', Trees.Describe(_scratch["copy"]).Select(line => line.Split(' ')[0])),
            Is.EqualTo("first,first/a,single,z,z/deep,z/deep/b,z/deep/b/c"));
    }

    [TestCase("a", "a")]
    [TestCase("a", "a/b")]
    [TestCase("", "a")]
    [TestCase("../a", "b")]
    [TestCase("/a", "b")]
    public void Places_that_overlap_or_lead_out_are_refused(string one, string other) =>
        Assert.That(() => LayerSource.FromDirectories([new("x", one), new("y", other)]), Throws.ArgumentException);

    [Test]
    public async Task A_name_that_would_be_read_as_a_whiteout_is_escaped_and_told()
    {
        _scratch.Write("tree/.wh.name", "x");

        var report = await LayerSource.FromDirectory(_scratch["tree"]).WriteToAsync(Stream.Null, CancellationToken.None);
        await Trees.ApplyAsync(_scratch["copy"], null, await Trees.TarOfAsync(_scratch["tree"]));

        Assert.That(report.EscapedNames.Single(), Is.EqualTo(".wh.name"));
        Assert.That(Trees.Describe(_scratch["copy"]), Is.EqualTo(Trees.Describe(_scratch["tree"])));
    }

    [Test]
    public async Task A_socket_is_left_out_and_told()
    {
        _scratch.Write("tree/file", "x");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_scratch["tree/socket"]));

        var report = await LayerSource.FromDirectory(_scratch["tree"]).WriteToAsync(Stream.Null, CancellationToken.None);

        Assert.That(report.Entries, Is.EqualTo(1));
        Assert.That(string.Join(',', report.Skipped), Is.EqualTo("socket"));
    }

    [Test]
    public void A_file_that_grows_while_it_is_read_is_an_error_and_not_a_torn_layer()
    {
        var path = _scratch.Write("tree/file", new string('x', 3_000_000));
        var growing = new GrowingStream(path);

        var error = Assert.CatchAsync<CacheStorageException>(
            () => LayerSource.FromDirectory(_scratch["tree"]).WriteToAsync(growing, CancellationToken.None))!;

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.SourceChanged));
        Assert.That(error.IsTransient, Is.True);
    }

    [Test]
    public async Task Patterns_decide_what_is_taken()
    {
        _scratch.Write("tree/src/a.cs", "1");
        _scratch.Write("tree/src/a.txt", "2");
        _scratch.Write("tree/obj/b.cs", "3");
        _scratch.Write("tree/unrelated/file", "4");

        await Trees.ApplyAsync(_scratch["copy"], null, await Trees.TarOfAsync(_scratch["tree"], new SnapshotOptions { Include = ["*.cs"], Exclude = ["/obj"] }));

        Assert.That(string.Join(',', Trees.Describe(_scratch["copy"]).Select(line => line.Split(' ')[0])), Is.EqualTo("src,src/a.cs"));
    }

    [Test]
    public async Task Given_entries_are_written_in_their_order()
    {
        var tar = await Trees.TarOfAsync(LayerSource.FromEntries(
            [LayerContent.Directory("d"), LayerContent.File("d/f", "content"u8.ToArray()), LayerContent.SymbolicLink("l", "d/f")]));

        await Trees.ApplyAsync(_scratch["copy"], null, tar);

        Assert.That(await File.ReadAllTextAsync(_scratch["copy/l"]), Is.EqualTo("content"));
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
            Mode = 0xfff,
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
