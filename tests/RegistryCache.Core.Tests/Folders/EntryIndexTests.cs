using RegistryCache.Core.Entries;
using RegistryCache.Core.Tar;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>An index comes back as it was, and one that is damaged is no index.</summary>
internal sealed class EntryIndexTests
{
    private static readonly EntryIndex Some = new()
    {
        Scale = 4 << 20,
        HasTimes = true,
        Layers = [new IndexedLayer(Digest.OfText("a"), 10_240, 2), new IndexedLayer(Digest.OfText("b"), 1024, 1)],
        Entries =
        [
            new IndexedEntry("dir", LayerEntryKind.Directory, 0, new FileTime(-5, 7), UInt128.MaxValue),
            new IndexedEntry("dir/ü", LayerEntryKind.File, long.MaxValue, new FileTime(1_700_000_000, 999_999_999), 42),
            new IndexedEntry(PathText.Decode([0x64, 0xff]), LayerEntryKind.HardLink, 0, new FileTime(long.MinValue, 0), 0),
        ],
        Gone = ["dir/x", "dir/x/y"],
    };

    [Test]
    public async Task What_is_written_is_read()
    {
        var read = (await ReadAsync(await BytesAsync(Some)))!;

        Assert.That((read.Scale, read.HasTimes), Is.EqualTo((Some.Scale, true)));
        Assert.That(read.Layers, Is.EqualTo(Some.Layers));
        Assert.That(read.Entries, Is.EqualTo(Some.Entries));
        Assert.That(read.Gone, Is.EqualTo(Some.Gone));
    }

    [Test]
    public async Task One_that_is_cut_or_has_more_is_none()
    {
        var bytes = await BytesAsync(Some);
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(await ReadAsync(bytes[..length]), Is.Null, $"{length} of {bytes.Length} bytes");
        Assert.That(await ReadAsync([.. bytes, 0]), Is.Null);
    }

    [Test]
    public async Task One_that_somebody_changed_throws_nothing()
    {
        var bytes = await BytesAsync(Some);
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var changed = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                changed[random.Next(24, changed.Length)] = (byte)random.Next(256);
            Assert.That(() => ReadAsync(changed), Throws.Nothing);
        }
    }

    [Test]
    public async Task Nothing_but_times_depends_on_one_when_layers_are_restored([Values] bool isDamaged)
    {
        using var scratch = new ScratchFolder();
        var layer = await Trees.TarOfAsync(LayerSource.FromEntries([LayerContent.Directory("dir"), LayerContent.File("f", "content"u8.ToArray())]));
        var bytes = await BytesAsync(Some);
        if (isDamaged)
            bytes = bytes[..^1];

        await Trees.ApplyAsync(scratch["copy"], null, await TarOfAsync(bytes), layer);

        Assert.That(Directory.GetFileSystemEntries(scratch["copy"]), Has.Length.EqualTo(2));
        Assert.That(await File.ReadAllTextAsync(scratch["copy/f"]), Is.EqualTo("content"));
        Assert.That(Directory.GetLastWriteTimeUtc(scratch["copy/dir"]).Year, Is.EqualTo(isDamaged ? 1980 : 1969), "times are all that it is for");
    }

    [Test]
    public void Its_times_are_found_in_its_order_and_in_any_other()
    {
        var (entries, random) = (Some.Entries.ToList(), new Random(5));
        entries.Add(new IndexedEntry("unknown", LayerEntryKind.File, 0, default, 0));
        for (var i = 0; i < 20; i++)
        {
            var times = new IndexedTimes(Some);
            foreach (var entry in entries)
            {
                var dated = times.Date(new LayerEntry { Path = entry.Path.ToString(), ModifiedAt = CacheTime.FromUnix(1) }).ModifiedAt;
                Assert.That(dated, Is.EqualTo(entry.Path.Is("unknown") ? CacheTime.FromUnix(1) : entry.Modified.ToCacheTime()), entry.Path.ToString());
            }

            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries));
        }
    }

    private static async Task<byte[]> BytesAsync(EntryIndex index)
    {
        using var bytes = new MemoryStream();
        await using var content = await index.ToFile().Content!.OpenReadAsync();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static Task<byte[]> TarOfAsync(byte[] index)
    {
        var file = LayerContent.File(EntryIndex.FileName, index);
        return Trees.TarOfAsync(LayerSource.FromEntries([file with { Entry = file.Entry with { IsMark = true } }]));
    }

    private static async Task<EntryIndex?> ReadAsync(byte[] bytes)
    {
        using var scanner = new TarScanner(new MemoryStream(await TarOfAsync(bytes)), 1 << 20);
        return await EntryIndex.ReadAsync((await scanner.NextAsync(CancellationToken.None))!, scanner, CancellationToken.None);
    }
}
