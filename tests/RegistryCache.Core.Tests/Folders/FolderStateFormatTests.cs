using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.FolderStates;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A state comes back as it was, and one that is damaged is no state.</summary>
internal sealed class FolderStateFormatTests
{
    private static readonly FolderState Some = new()
    {
        Folder = "/folder/ü",
        Form = "form",
        Boot = "boot",
        Time = new FileTime(1_700_000_000, 5),
        Groups = [new StatedGroup(Digest.OfText("i"), [(Digest.OfText("l"), 17)])],
        Save = new StatedSave(Digest.OfText("o"), Digest.OfText("c"), Digest.OfText("d"), new LayerWriteReport(3, 4, ["s"])
        { LinksOut = ["l", "m"], EscapedNames = ["e"], OwnPaths = ["p"], Devices = ["v"] }),
    };

    private static readonly StampedEntry[] Entries =
        [
            new StampedEntry("", LayerEntryKind.Directory, (UnixFileMode)0x1ff, new FileStamp(4096, new FileTime(-5, 7), new FileTime(5, 999_999_999), 1, 2), 0),
            new StampedEntry("dir/ü", LayerEntryKind.File, (UnixFileMode)0xfff, new FileStamp(long.MaxValue, default, default, ulong.MaxValue, 9), UInt128.MaxValue),
            new StampedEntry(PathText.Decode([0x64, 0xff]), LayerEntryKind.HardLink, 0, default, 42),
        ];

    [Test]
    public void What_is_written_is_read([Values] bool wasSaved)
    {
        var read = FolderStateFormat.Read(Bytes(wasSaved ? Some : Some with { Save = null }))!;

        Assert.That((read.Folder, read.Form, read.Boot, read.Time), Is.EqualTo((Some.Folder, Some.Form, Some.Boot, Some.Time)));
        Assert.That(EntriesOf(read), Is.EqualTo(Entries));
        Assert.That(read.Groups.Single().DiffId, Is.EqualTo(Some.Groups[0].DiffId));
        Assert.That(read.Groups.Single().Layers, Is.EqualTo(Some.Groups[0].Layers));
        Assert.That(read.Save?.Content, Is.EqualTo(wasSaved ? Some.Save!.Content : (Digest?)null));
        Assert.That(read.Save?.Report.LinksOut, Is.EqualTo(wasSaved ? Some.Save!.Report.LinksOut : null));
    }

    [Test]
    public void One_that_is_cut_or_has_more_is_none()
    {
        var bytes = Bytes(Some).AsMemory();
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(FolderStateFormat.Read(bytes[..length]), Is.Null, $"{length} of {bytes.Length} bytes");
        Assert.That(FolderStateFormat.Read(new byte[] { 0, 0 }), Is.Null);
    }

    [Test]
    public void One_that_somebody_changed_throws_nothing()
    {
        var bytes = Bytes(Some);
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var changed = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            Assert.That(() => FolderStateFormat.Read(changed) is { } read ? EntriesOf(read) : [], Throws.Nothing);
        }
    }

    [Test]
    public void A_file_of_another_kind_or_with_damage_is_none()
    {
        using var scratch = new ScratchFolder();
        var path = scratch["file"];
        CheckedFile.Write(path, "kind1\n"u8, output => output.Write("content"u8));
        Assert.That(CheckedFile.Read(path, "kind1\n"u8)!.Value.ToArray(), Is.EqualTo("content"u8.ToArray()));
        Assert.That(CheckedFile.Read(path, "kind2\n"u8), Is.Null);
        Assert.That(CheckedFile.Read(scratch["nothing"], "kind1\n"u8), Is.Null);
        Assert.That(Directory.GetFiles(scratch.Path), Has.Length.EqualTo(1));
        Assert.That(
            () => CheckedFile.Write(path, "kind1\n"u8, _ => throw new InvalidDataException("no")), Throws.InstanceOf<InvalidDataException>());
        Assert.That(Directory.GetFiles(scratch.Path), Has.Length.EqualTo(1), "the earlier file stays, and nothing is left beside it");

        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.That(CheckedFile.Read(path, "kind1\n"u8), Is.Null, $"byte {i}");
            bytes[i] ^= 1;
        }
    }

    [Test]
    public void What_a_killed_process_left_is_removed_after_a_day()
    {
        using var scratch = new ScratchFolder();
        string[] names = ["file.unfinished-old", "file.unfinished-new", "file.other", "other.unfinished-old"];
        foreach (var name in names)
            scratch.Write(name, "");
        foreach (var name in names.Where(n => !n.EndsWith("new", StringComparison.Ordinal)))
            File.SetLastWriteTimeUtc(scratch[name], DateTime.UnixEpoch);

        CheckedFile.Write(scratch["file"], "kind1\n"u8, _ => { });

        Assert.That(
            Directory.GetFiles(scratch.Path).Select(Path.GetFileName),
            Is.EquivalentTo(["file", "file.unfinished-new", "file.other", "other.unfinished-old"]));
    }

    internal static List<StampedEntry> EntriesOf(FolderState state)
    {
        var all = new List<StampedEntry>();
        foreach (var part in state.Parts)
        {
            foreach (ref readonly var entry in part.Read())
                all.Add(entry with { Path = entry.Path.Keep() });
        }

        return all;
    }

    private static byte[] Bytes(FolderState state)
    {
        using var bytes = new MemoryStream();
        FolderStateFormat.Write(bytes, state, Entries.Select(e => (StampedPiece)e));
        return bytes.ToArray();
    }
}
