namespace RegistryCache.Core.Tests.Session;

/// <summary>A folder that shrinks more than a restore accepts by default, such as one with an empty disk image: the save says what will be needed.</summary>
internal sealed class FolderRatioTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:ratio";

    [Test]
    public async Task A_save_names_the_limit_that_its_restore_needs_and_with_it_the_restore_works([Values("gzip", "zstd", "uncompressed")] string name)
    {
        var compression = LayerCompression.FromName(name);
        await using var bench = new SessionBench();
        await using var strict = Cache(bench, 2);
        Directory.CreateDirectory(bench.Folder["tree"]);
        await File.WriteAllBytesAsync(Path.Combine(bench.Folder["tree"], "image"), new byte[4 << 20]);

        var saved = await Folders(strict, compression).SaveAsync("k", bench.Folder["tree"]);
        var again = await Folders(strict, compression).SaveAsync("k", bench.Folder["tree"]);
        var other = await Folders(strict, compression).SaveAsync("k2", bench.Folder["tree"]);
        var refused = await Folders(strict, compression).RestoreAsync("k", null, bench.Folder["refused"]);

        if (compression == LayerCompression.Uncompressed)
        {
            Assert.That((saved.Export!.Warnings.Count, refused.Outcome), Is.EqualTo((0, FolderRestoreOutcome.Exact)));
            return;
        }

        Assert.That(refused.Outcome, Is.EqualTo(FolderRestoreOutcome.NotUsable));
        foreach (var warnings in (IReadOnlyList<string>[])[saved.Export!.Warnings, again.Export!.Warnings, other.Export!.Warnings])
            Assert.That(warnings, Has.Exactly(1).Contains("LayerDecodeLimits.MaxRatio"));
        var needed = int.Parse(saved.Export!.Warnings[0].Split("MaxRatio = ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        await using var enough = Cache(bench, needed);
        await using var tooLittle = Cache(bench, needed - 1);
        Assert.That((await Folders(enough, compression).RestoreAsync("k", null, bench.Folder["enough"])).Outcome, Is.EqualTo(FolderRestoreOutcome.Exact));
        Assert.That((await Folders(tooLittle, compression).RestoreAsync("k", null, bench.Folder["less"])).Outcome, Is.EqualTo(FolderRestoreOutcome.NotUsable));
    }

    [Test]
    public async Task A_folder_within_the_limit_is_saved_without_a_warning()
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("tree/file", new string('x', 100_000));

        var saved = await bench.Cache.Folders(Target).SaveAsync("k", bench.Folder["tree"]);

        Assert.That(saved.Export!.Warnings, Is.Empty);
    }

    private static BuildCache Cache(SessionBench bench, int maxRatio) => new BuildCacheBuilder()
        .UseTimeProvider(bench.Time)
        .UseStore(bench.Store)
        .UseCompression()
        .UseLayerOptions(new LayerConverterOptions
        {
            Reading = new LayerReadOptions { Limits = new LayerDecodeLimits { MaxRatio = maxRatio, RatioGraceBytes = 1 << 20 } },
        })
        .Build();

    private static FolderCache Folders(BuildCache cache, LayerCompression compression) =>
        cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), Compression = compression });
}
