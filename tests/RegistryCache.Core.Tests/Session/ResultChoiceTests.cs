using RegistryCache.Core.Content;
using RegistryCache.Core.Export;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Parameters;
using RegistryCache.Core.Session;

namespace RegistryCache.Core.Tests.Session;

/// <summary>Which of several results wins: by source, by date, and against clocks that are wrong.</summary>
internal sealed class ResultChoiceTests
{
    private static readonly string[] Both = ["type=registry,ref=ghcr.io/acme/ci:one", "type=registry,ref=ghcr.io/acme/ci:two"];

    [TestCase(365 * 24 * 60)]
    [TestCase(6)]
    [TestCase(4)]
    [TestCase(0)]
    [TestCase(-10)]
    public async Task A_save_is_found_whatever_date_the_key_had_before(int minutesAhead)
    {
        await using var bench = new SessionBench();
        await SaveAtAsync(bench, "one", "k", "poison", minutesAhead);

        await SaveAtAsync(bench, "one", "k", "ours", 0);

        Assert.That(await FoundAsync(bench, ["one"], "k"), Is.EqualTo("ours"));
        bench.Time.Advance(TimeSpan.FromDays(800));
        Assert.That(await FoundAsync(bench, ["one"], "k"), Is.EqualTo("ours"), "and it stays so when that date is reached");
    }

    [Test]
    public async Task A_key_from_the_future_is_the_last_of_those_with_a_prefix_and_used_when_there_is_no_other()
    {
        await using var bench = new SessionBench();
        await SaveAtAsync(bench, "one", "k-future", "future", 24 * 60);
        Assert.That(await FoundAsync(bench, ["one"], "k", "k-"), Is.EqualTo("future"));
        await SaveAtAsync(bench, "one", "k-past", "past", -60);

        Assert.That(await FoundAsync(bench, ["one"], "k", "k-"), Is.EqualTo("past"));
    }

    [TestCase("one,two", CacheSourcePreference.InOrder, "old")]
    [TestCase("two,one", CacheSourcePreference.InOrder, "new")]
    [TestCase("one,two", CacheSourcePreference.Newest, "new")]
    [TestCase("two,one", CacheSourcePreference.Newest, "new")]
    public async Task Of_several_sources_the_first_wins_unless_the_newest_is_asked_for(string order, CacheSourcePreference preference, string expected)
    {
        await using var bench = new SessionBench();
        await SaveAtAsync(bench, "one", "k", "old", -60);
        await SaveAtAsync(bench, "two", "k", "new", 0);
        var tags = order.Split(',');
        var folders = Folders(bench, tags, preference);

        var byKey = await folders.RestoreAsync("k", null, bench.Folder["key"]);
        var byPrefix = await folders.RestoreAsync("kk", ["k"], bench.Folder["prefix"]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllTextAsync(bench.Folder["key/f"]), Is.EqualTo(expected));
            Assert.That(await File.ReadAllTextAsync(bench.Folder["prefix/f"]), Is.EqualTo(expected));
            Assert.That(byKey.Warnings.Count(w => w.Contains("ci:two", StringComparison.Ordinal)), Is.EqualTo(expected == "old" ? 1 : 0));
            Assert.That(byPrefix.Warnings, Has.Count.EqualTo(expected == "old" ? 1 : 0));
        }
    }

    [Test]
    public async Task A_later_source_helps_where_the_first_has_lost_its_blob()
    {
        await using var bench = new SessionBench();
        await SaveAtAsync(bench, "one", "k", "old", -60);
        await SaveAtAsync(bench, "two", "k", "new", 0);
        var import = await bench.Cache.CreateImporter(Both[0]).ImportAsync();
        bench.Lose(FolderRecords.List(import.Graph, bench.Order)[0].Best);

        Assert.That(await FoundAsync(bench, ["one", "two"], "k"), Is.EqualTo("new"));
    }

    [TestCase(CacheSourcePreference.InOrder, "old")]
    [TestCase(CacheSourcePreference.Newest, "new")]
    public async Task A_session_chooses_alike_and_so_does_what_it_exports(CacheSourcePreference preference, string expected)
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync("type=registry,ref=ghcr.io/acme/ci:one,mode=max", (SessionBench.Compile("a"), "old"));
        await bench.BuildAsync("type=registry,ref=ghcr.io/acme/ci:two,mode=max", (SessionBench.Compile("a"), "new"));
        await using var session = await bench.Cache.OpenSessionAsync(new BuildSessionOptions { Sources = [.. Both.Select(s => CacheSource.Parse(s))], Preference = preference });

        var hit = (await session.FindAsync(SessionBench.Compile("a")))!;
        var report = await session.ExportAsync("type=registry,ref=ghcr.io/acme/app:three,mode=max");

        await using var next = await bench.OpenAsync("three");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await bench.RestoreAsync(hit), Is.EqualTo(expected));
            Assert.That(hit.Overruled is not null, Is.EqualTo(expected == "old"));
            Assert.That(report.Warnings, Has.Count.EqualTo(expected == "old" ? 1 : 0));
            Assert.That(await bench.RestoreAsync((await next.FindAsync(SessionBench.Compile("a")))!), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_result_from_the_future_does_not_win_a_look_up_or_a_merge()
    {
        await using var bench = new SessionBench();
        bench.Time.Advance(TimeSpan.FromDays(30));
        await bench.BuildAsync(SessionBench.Main, (SessionBench.Compile("a"), "poison"));
        bench.Time.AdjustTime(bench.Time.GetUtcNow() - TimeSpan.FromDays(30));
        await using var blind = await bench.OpenAsync();
        await blind.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("ours"));
        await blind.ExportAsync(CacheTarget.Parse(SessionBench.Main), new CacheExportOptions { MergeWithExisting = true });

        await using var next = await bench.OpenAsync("main");
        Assert.That(await bench.RestoreAsync((await next.FindAsync(SessionBench.Compile("a")))!), Is.EqualTo("ours"));
    }

    [Test]
    public void The_order_is_total_and_the_winner_does_not_depend_on_the_order_of_arrival()
    {
        var order = new ResultOrder(CacheTime.FromUnix(1000));
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            List<CacheResult> results = [.. Enumerable.Range(0, 6).Select(_ => new CacheResult(null, CacheTime.FromUnix(random.Next(0, 2000))) { Rank = random.Next(0, 3) })];
            var best = order.Best(results)!;
            var shuffled = results.ToArray();
            random.Shuffle(shuffled);

            Assert.That(order.Best(shuffled), Is.EqualTo(best), $"seed {seed}");
            Assert.That(best.Rank, Is.EqualTo(results.Min(r => r.Rank)), $"seed {seed}");
            var peers = results.Where(r => r.Rank == best.Rank).ToList();
            Assert.That(best.CreatedAt.UnixSeconds <= 1000 || peers.TrueForAll(r => r.CreatedAt.UnixSeconds > 1000), $"seed {seed}");
            var after = order.After(CacheTime.FromUnix(500), results);
            Assert.That(results.TrueForAll(r => order.Compare(new CacheResult(null, after) { Rank = r.Rank }, r) < 0 || r.CreatedAt > CacheTime.FromUnix(1000)), $"seed {seed}");
        }
    }

    private static FolderCache Folders(SessionBench bench, string[] tags, CacheSourcePreference preference = default) => bench.Cache.Folders(
        new FolderCacheOptions { Sources = [.. tags.Select(t => CacheSource.Parse($"type=registry,ref=ghcr.io/acme/ci:{t}"))], Preference = preference });

    /// <summary>Saves with a clock that is wrong.</summary>
    private static async Task SaveAtAsync(SessionBench bench, string tag, string key, string content, int minutesAhead)
    {
        var now = bench.Time.GetUtcNow();
        bench.Time.AdjustTime(now + TimeSpan.FromMinutes(minutesAhead));
        var directory = bench.Folder.Create(Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(Path.Combine(directory, "f"), content);
        await bench.Cache.Folders($"type=registry,ref=ghcr.io/acme/ci:{tag}").SaveAsync(key, directory);
        bench.Time.AdjustTime(now);
    }

    private static async Task<string?> FoundAsync(SessionBench bench, string[] tags, string key, params string[] fallbacks)
    {
        var into = bench.Folder[Guid.NewGuid().ToString("N")];
        var found = await Folders(bench, tags).RestoreAsync(key, fallbacks, into);
        return found.IsHit ? await File.ReadAllTextAsync(Path.Combine(into, "f")) : null;
    }
}
