using RegistryCache.Core.Folders;

namespace RegistryCache.Core.Tests.Session;

/// <summary>
/// A folder that shrinks very much, such as one with an empty disk image, comes back without an option; what bounds a bomb under a key
/// are the limits of bytes.
/// </summary>
internal sealed class FolderRatioTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:ratio";
    private static readonly LayerOptions Early = new() { RatioGraceBytes = 1 << 20 };

    [Test]
    public async Task What_shrinks_very_much_is_saved_without_a_warning_and_restored_without_an_option([Values("gzip", "zstd", "estargz", "uncompressed")] string name)
    {
        await using var bench = new SessionBench();
        await using var cache = Cache(bench, Early);
        var folders = Folders(cache, LayerCompression.FromName(name));
        WriteZeros(bench, 1, 4 << 20);

        var saved = await folders.SaveAsync("k", bench.Folder["tree"]);
        var again = await folders.SaveAsync("k", bench.Folder["tree"]);
        var restored = await folders.RestoreAsync("k", null, bench.Folder["restored"]);

        Assert.That((saved.Export!.Warnings, again.Export!.Warnings), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())));
        Assert.That((restored.IsExact, new FileInfo(Path.Combine(bench.Folder["restored"], "file0")).Length), Is.EqualTo((true, 4L << 20)));
    }

    [Test]
    public async Task A_ratio_that_the_user_sets_holds_for_folders_too_and_the_save_names_what_a_restore_needs([Values("gzip", "zstd")] string name)
    {
        var compression = LayerCompression.FromName(name);
        await using var bench = new SessionBench();
        await using var strict = Cache(bench, WithRatio(2));
        WriteZeros(bench, 1, 4 << 20);

        var saved = await Folders(strict, compression).SaveAsync("k", bench.Folder["tree"]);
        var again = await Folders(strict, compression).SaveAsync("k", bench.Folder["tree"]);
        var other = await Folders(strict, compression).SaveAsync("k2", bench.Folder["tree"]);
        var refused = await Folders(strict, compression).RestoreAsync("k", null, bench.Folder["refused"]);

        Assert.That(refused.IsUnusable, Is.True);
        foreach (var warnings in (IReadOnlyList<string>[])[saved.Export!.Warnings, again.Export!.Warnings, other.Export!.Warnings])
            Assert.That(warnings, Has.Exactly(1).Contains("LayerOptions.MaxRatio"));
        var needed = int.Parse(saved.Export!.Warnings[0].Split("MaxRatio = ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        await using var enough = Cache(bench, WithRatio(needed));
        await using var tooLittle = Cache(bench, WithRatio(needed - 1));
        Assert.That((await Folders(enough, compression).RestoreAsync("k", null, bench.Folder["enough"])).IsExact, Is.True);
        Assert.That((await Folders(tooLittle, compression).RestoreAsync("k", null, bench.Folder["less"])).IsUnusable, Is.True);
    }

    [Test]
    public async Task A_limit_of_bytes_for_reading_layers_is_named_by_the_save_too()
    {
        await using var bench = new SessionBench();
        await using var cache = Cache(bench, new LayerOptions { MaxDecodedBytes = 1 << 20 });
        WriteZeros(bench, 1, 4 << 20);

        var saved = await Folders(cache, LayerCompression.Zstd).SaveAsync("k", bench.Folder["tree"]);
        var refused = await Folders(cache, LayerCompression.Zstd).RestoreAsync("k", null, bench.Folder["refused"]);

        Assert.That(saved.Export!.Warnings, Has.Exactly(1).Contains("LayerOptions.MaxDecodedBytes = "));
        Assert.That(refused.IsUnusable, Is.True);
    }

    private static IEnumerable<TestCaseData> Bombs()
    {
        static TestCaseData Bomb(string name, string limit, Func<byte[]> tar, LayerOptions? reading = null) =>
            new TestCaseData(tar, reading ?? Early, limit).SetArgDisplayNames(name);
        yield return Bomb("one file", "RestoreLimits.MaxFileBytes", () => new RawTar().File("a", new string('\0', 4 << 20)).End());
        yield return Bomb("many files", "RestoreLimits.MaxTotalBytes", () => Files(new RawTar(), 8).End());
        yield return Bomb("what follows the end", "RestoreLimits.MaxTotalBytes", () => [.. Files(new RawTar(), 1).End(), .. new byte[4 << 20]]);
        yield return Bomb("many entries", "RestoreLimits.MaxEntries", () => Enumerable.Range(0, 2000).Aggregate(new RawTar(), (tar, i) => tar.Directory($"d{i}")).End());
        yield return Bomb(
            "headers",
            "LayerOptions.MaxDecodedBytes",
            () => Enumerable.Range(0, 8).Aggregate(new RawTar(), (tar, i) => tar.Pax(("comment", new string('c', 1 << 19))).File($"f{i}")).End(),
            new LayerOptions { MaxDecodedBytes = 2 << 20 });
    }

    [TestCaseSource(nameof(Bombs))]
    public async Task A_bomb_under_a_key_ends_at_a_limit_that_the_error_names_and_leaves_the_folder_alone(Func<byte[]> tar, LayerOptions reading, string limit)
    {
        await using var bench = new SessionBench();
        await using var cache = Cache(bench, reading);
        await using var bomb = await cache.EncodeLayerAsync(new MemoryStream(tar()), LayerCompression.Zstd);
        var record = FolderRecords.Make("k", new CacheResult(LayerChain.Of(new CacheLayer(bomb.Descriptor, bomb.Source)), CacheTime.From(bench.Time.GetUtcNow())));
        await cache.CreateExporter(Target + ",mode=max").ExportAsync(record);
        bench.Folder.Write("mine/file", "mine");
        bench.Folder.Write("mine/f0", "mine too");
        var limits = RestoreLimits.ForFolders with { MaxTotalBytes = 3 << 20, MaxFileBytes = 1 << 20, MaxEntries = 1000 };

        var restored = await Folders(cache, LayerCompression.Zstd).RestoreAsync("k", null, bench.Folder["mine"], new RestoreOptions { Limits = limits });

        Assert.That(restored.IsUnusable, Is.True);
        Assert.That((restored.Failures.Single().Error as LimitExceededException)?.LimitName, Is.EqualTo(limit));
        Assert.That(
            Directory.GetFileSystemEntries(bench.Folder["mine"]).Order().Select(f => (Path.GetFileName(f), File.ReadAllText(f))),
            Is.EqualTo(new[] { ("f0", "mine too"), ("file", "mine") }));
    }

    private static RawTar Files(RawTar tar, int count)
    {
        for (var i = 0; i < count; i++)
            tar.File($"f{i}", new string('\0', 1 << 20));
        return tar;
    }

    private static void WriteZeros(SessionBench bench, int files, int bytes)
    {
        Directory.CreateDirectory(bench.Folder["tree"]);
        for (var i = 0; i < files; i++)
            File.WriteAllBytes(Path.Combine(bench.Folder["tree"], $"file{i}"), new byte[bytes]);
    }

    private static LayerOptions WithRatio(int ratio) => new() { MaxRatio = ratio, RatioGraceBytes = Early.RatioGraceBytes };

    private static BuildCache Cache(SessionBench bench, LayerOptions limits) => new BuildCacheBuilder()
        .UseTimeProvider(bench.Time)
        .UseStore(bench.Store)
        .UseCompression()
        .UseLayerOptions(limits)
        .Build();

    private static FolderCache Folders(BuildCache cache, LayerCompression compression) =>
        cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), Compression = compression });
}
