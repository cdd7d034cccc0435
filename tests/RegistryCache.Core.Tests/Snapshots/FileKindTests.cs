using System.Net.Sockets;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>What is not a file is not opened, with calls of the C library or without.</summary>
[TestFixture("Best")]
[TestFixture("Managed")]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileKindTests(string access) : SnapshotFixture(access)
{
    // A fifo that is opened never comes back; this only turns a hang into a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task A_fifo_and_a_socket_neither_hang_nor_fail()
    {
        using var socket = MakeSpecialFiles();

        var report = await LayerSource.FromDirectory(Scratch["tree"], Taking()).WriteToAsync(Stream.Null, CancellationToken.None).WaitAsync(Patience);
        await ContentDigest.OfDirectoryAsync(Scratch["tree"], new ContentDigestOptions { Access = Access }, CancellationToken.None).WaitAsync(Patience);
        var state = await DirectoryState.CaptureAsync(Scratch["tree"], Taking()).WaitAsync(Patience);

        Assert.That(report.Skipped, Is.EqualTo(new List<string> { "socket", "socket2" }));
        Assert.That((report.Entries, state.Count), Is.EqualTo((4L, 4)), "the directory, two names of the fifo, and the file");
    }

    [Test]
    public async Task A_fifo_comes_back_where_the_system_can_make_one_and_is_told_where_not()
    {
        using var socket = MakeSpecialFiles();
        var tar = await TarOfAsync(Scratch["tree"]);

        var report = await ApplyAsync(Scratch["copy"], null, tar);

        Assert.That(report.Skipped, Is.EqualTo(IsFull ? new List<string>() : ["d/pipe", "pipe2"]));
        using var copy = Folder.Open(Scratch["copy/d"]);
        Assert.That(copy.Find("pipe")?.Kind, Is.EqualTo(IsFull ? FileKind.Fifo : (FileKind?)null));
        Assert.That(File.ReadAllText(Scratch["copy/file"]), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_name_that_cannot_be_reached_is_told_and_not_passed_over()
    {
        Scratch.Write("tree/file", "x");
        using (var root = Folder.Open(Scratch["tree"]))
            root.TryCreateFile("odd-\udcff")!.Dispose();

        var report = await LayerSource.FromDirectory(Scratch["tree"], Taking()).WriteToAsync(Stream.Null, CancellationToken.None);

        Assert.That(report.Entries + report.Skipped.Count, Is.EqualTo(2));
        Assert.That(report.Skipped, Has.Count.EqualTo(IsFull ? 0 : 1));
    }

    [Test]
    public async Task Two_names_of_a_link_and_of_a_file_come_back()
    {
        Scratch.Write("tree/file", "x");
        using (var root = Folder.Open(Scratch["tree"]))
        {
            root.TryCreateLink("link", "file");
            root.TryCreateHardLink("link2", root, "link");
            root.TryCreateHardLink("file2", root, "file");
        }

        await ApplyAsync(Scratch["copy"], null, await TarOfAsync(Scratch["tree"]));

        Assert.That(new FileInfo(Scratch["copy/link2"]).LinkTarget, Is.EqualTo("file"));
        Assert.That(File.ReadAllText(Scratch["copy/file2"]), Is.EqualTo("x"));
    }

    [Test]
    public async Task The_time_of_a_link_is_set_and_not_that_of_its_target()
    {
        Scratch.Write("target", "x");
        var time = File.GetLastWriteTimeUtc(Scratch["target"]);
        var entry = LayerContent.SymbolicLink("link", "../target");

        await ApplyAsync(
            Scratch["copy"],
            new RestoreOptions { SymbolicLinks = SymbolicLinkPolicy.Any },
            await Trees.TarOfAsync(LayerSource.FromEntries([entry with { Entry = entry.Entry with { ModifiedAt = CacheTime.FromUnix(1_000_000_000) } }])));

        using var copy = Folder.Open(Scratch["copy"]);
        Assert.That(copy.Find("link")!.Modified, Is.EqualTo(new FileTime(1_000_000_000, 0)));
        Assert.That(File.GetLastWriteTimeUtc(Scratch["target"]), Is.EqualTo(time));
    }

    [Test]
    public void A_file_is_private_until_its_mode_is_set()
    {
        using var folder = Folder.Open(Scratch.Create("tree"), Access);

        using var file = folder.TryCreateFile("f")!;

        Assert.That(folder.Find("f")!.Mode, Is.EqualTo(FileModes.PrivateFile));
    }

    [Test]
    public void Both_ways_tell_the_same_of_every_kind()
    {
        using var socket = MakeSpecialFiles();
        File.CreateSymbolicLink(Scratch["tree/link"], "d");

        using var folder = Folder.Open(Scratch["tree"], Access);
        using var reference = Folder.Open(Scratch["tree"]);

        Assert.That(folder.List().OrderBy(n => n.Name), Is.EqualTo(reference.List().OrderBy(n => n.Name)));
        Assert.That(folder.Describe(), Is.EqualTo(reference.Describe()));
        using var device = Folder.Open("/dev", Access);
        using var devices = Folder.Open("/dev");
        Assert.That(device.Find("null"), Is.EqualTo(devices.Find("null")));
        Assert.That(device.Find("no such device"), Is.Null);
    }

    private Socket MakeSpecialFiles()
    {
        Scratch.Write("tree/file", "x");
        Scratch.Create("tree/d");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Scratch["tree/socket"]));
        using var root = Folder.Open(Scratch["tree"]);
        using var inner = root.TryOpenFolder("d")!;
        inner.TryCreateNode("pipe", new FileNode { Name = "", Kind = FileKind.Fifo });
        root.TryCreateHardLink("pipe2", inner, "pipe");
        root.TryCreateHardLink("socket2", root, "socket");
        return socket;
    }
}
