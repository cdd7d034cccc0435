using RegistryCache.Core.Folders;
using RegistryCache.Core.Tar;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Session;

/// <summary>Modification times come back, and content that is equal stays equal whatever its times are.</summary>
internal sealed class FolderTimesTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:times";
    private static readonly DateTime Monday = new(2026, 3, 2, 10, 20, 30, DateTimeKind.Utc);
    private static readonly DateTime Friday = new(2026, 3, 6, 11, 22, 33, DateTimeKind.Utc);

    [Test]
    [Platform("Linux")]
    public async Task Every_time_comes_back_to_the_nanosecond()
    {
        await using var bench = new SessionBench();
        OddTree.Create(bench.Folder["tree"]);
        bench.Folder.Write("tree/old", "x");
        File.SetLastWriteTimeUtc(bench.Folder["tree/old"], new DateTime(1901, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        var folders = bench.Cache.Folders(Target);

        await folders.SaveAsync("k", bench.Folder["tree"]);
        await folders.RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(Trees.Describe(bench.Folder["back"], withTimes: true), Is.EqualTo(Trees.Describe(bench.Folder["tree"], withTimes: true)));
    }

    [TestCase(TimePolicy.Keep)]
    [TestCase(TimePolicy.Now)]
    [TestCase(TimePolicy.Fixed)]
    public async Task A_restore_gives_the_times_that_were_chosen(TimePolicy policy)
    {
        await using var bench = new SessionBench();
        Make(bench, "tree", Monday);
        var folders = bench.Cache.Folders(Target);
        await folders.SaveAsync("k", bench.Folder["tree"]);
        var before = DateTime.UtcNow.AddSeconds(-5);

        await folders.RestoreAsync("k", null, bench.Folder["back"], new RestoreOptions { Times = policy });

        var time = File.GetLastWriteTimeUtc(bench.Folder["back/f"]);
        Assert.That(time, policy switch
        {
            TimePolicy.Keep => Is.EqualTo(Monday),
            TimePolicy.Fixed => Is.EqualTo(LayerEntry.FixedTime.ToDateTimeOffset()!.Value.UtcDateTime),
            _ => Is.InRange(before, DateTime.UtcNow.AddSeconds(5)),
        });
    }

    [Test]
    public async Task A_folder_saved_without_times_is_dated_after_1980_everywhere_on_earth()
    {
        await using var bench = new SessionBench();
        Make(bench, "tree", Monday);
        var folders = With(bench, TimePolicy.Fixed);

        await folders.SaveAsync("k", bench.Folder["tree"]);
        await folders.RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(File.GetLastWriteTimeUtc(bench.Folder["back/f"]).AddHours(-14).Year, Is.EqualTo(1980));
        Assert.That(() => With(bench, TimePolicy.Now), Throws.InstanceOf<RegistryCacheException>());
    }

    [Test]
    public async Task Equal_content_with_other_times_is_an_equal_layer_and_not_sent_again()
    {
        await using var bench = new SessionBench();
        Make(bench, "monday", Monday);
        Make(bench, "friday", Friday);
        var folders = bench.Cache.Folders(Target);
        var first = await folders.SaveAsync("k", bench.Folder["monday"]);

        var again = await folders.SaveAsync("k", bench.Folder["friday"]);
        var other = await folders.SaveAsync("other", bench.Folder["friday"]);
        var elsewhere = await bench.Cache.Folders(Target + "2").SaveAsync("k", bench.Folder["friday"]);

        Assert.That((again.IsUnchanged, other.BytesSent), Is.EqualTo((true, 0L)));
        Assert.That(elsewhere.ContentDigest, Is.EqualTo(first.ContentDigest));
        await folders.RestoreAsync("other", null, bench.Folder["back"]);
        Assert.That(File.GetLastWriteTimeUtc(bench.Folder["back/f"]), Is.EqualTo(Monday), "content keeps the times of its first save");
    }

    [Test]
    public async Task Times_can_be_added_later_without_sending_the_content_again()
    {
        await using var bench = new SessionBench();
        Make(bench, "tree", Friday);
        await With(bench, TimePolicy.Fixed).SaveAsync("k", bench.Folder["tree"]);
        bench.Time.Advance(TimeSpan.FromMinutes(1));

        var added = await bench.Cache.Folders(Target).SaveAsync("k", bench.Folder["tree"]);
        await bench.Cache.Folders(Target).RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(added.IsUnchanged, Is.False);
        Assert.That(added.BytesSent, Is.InRange(1, 400), "only the index");
        Assert.That(File.GetLastWriteTimeUtc(bench.Folder["back/f"]), Is.EqualTo(Friday));
    }

    [Test]
    public async Task Times_in_the_layer_itself_are_not_in_the_index()
    {
        await using var bench = new SessionBench();
        Make(bench, "tree", Friday);
        var folders = bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), Snapshot = new SnapshotOptions { KeepTimes = true } });

        await folders.SaveAsync("k", bench.Folder["tree"]);
        await folders.RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(File.GetLastWriteTimeUtc(bench.Folder["back/f"]), Is.EqualTo(Friday));
        Assert.That(FolderRecords.List((await bench.Cache.CreateImporter(Target).ImportAsync()).Graph, bench.Order).Single().Best.Chain!.Length, Is.EqualTo(2), "one, and the index");
    }

    private static IEnumerable<TestCaseData> Damaged()
    {
        static TestCaseData Case(string name, byte[] times) => new TestCaseData(times).SetArgDisplayNames(name);
        var magic = "registry-cache.times.v1\n"u8.ToArray();
        yield return Case("empty", []);
        yield return Case("only a magic", magic);
        yield return Case("another magic", "registry-cache.times.v2\n\u0001\u0001"u8.ToArray());
        yield return Case("a number without an end", [.. magic, 0xff]);
        yield return Case("a number of more than 64 bits", [.. magic, .. Enumerable.Repeat((byte)0xff, 40)]);
        yield return Case("too many nanoseconds", [.. magic, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
        yield return Case("seconds out of every calendar", [.. magic, .. Enumerable.Repeat((byte)0xff, 9), 1, 0, .. Enumerable.Repeat((byte)0xff, 9), 1, 0]);
        yield return Case("too many times", [.. magic, .. new byte[1000]]);
    }

    [TestCaseSource(nameof(Damaged))]
    public async Task Times_that_somebody_damaged_or_made_up_change_nothing_but_times(byte[] times)
    {
        using var scratch = new ScratchFolder();
        var layer = await Trees.TarOfAsync(LayerSource.FromEntries([LayerContent.File("f", "content"u8.ToArray()), LayerContent.Directory("d"), LayerContent.File("g", "more"u8.ToArray())]));
        var below = await BelowAsync(times);

        await Trees.ApplyAsync(scratch["copy"], null, below, layer);

        Assert.That(await File.ReadAllTextAsync(scratch["copy/f"]), Is.EqualTo("content"));
        Assert.That(Directory.GetFileSystemEntries(scratch["copy"]), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Times_of_one_layer_do_not_reach_the_next_but_one()
    {
        var times = "registry-cache.times.v1\n"u8.ToArray().Concat(new byte[] { 0x80, 0xa8, 0xd6, 0xb9, 0x07, 5, 2, 6 }).ToArray();
        var tree = await LayerApplier.ReadIntoMemoryAsync(
            [
                BlobSource.FromBytes(await BelowAsync(times)),
                LayerSource.FromEntries([LayerContent.File("a", "1"u8.ToArray())]).ToBlobSource(),
                LayerSource.FromEntries([LayerContent.File("b", "1"u8.ToArray())]).ToBlobSource(),
            ],
            new RestoreLimits(),
            CancellationToken.None);

        Assert.That(tree.Values.Select(e => e.Entry.ModifiedAt), Is.EqualTo(new List<CacheTime> { CacheTime.FromUnix(1_000_000_000, 5), LayerEntry.FixedTime }));
    }

    private static Task<byte[]> BelowAsync(byte[] times)
    {
        var file = LayerContent.File(EntryTimes.FileName, times);
        return Trees.TarOfAsync(LayerSource.FromEntries([file with { Entry = file.Entry with { IsMark = true } }]));
    }

    private static FolderCache With(SessionBench bench, TimePolicy times) =>
        bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), Times = times });

    private static void Make(SessionBench bench, string folder, DateTime time)
    {
        var file = bench.Folder.Write($"{folder}/f", "content");
        File.SetLastWriteTimeUtc(file, time);
    }
}
