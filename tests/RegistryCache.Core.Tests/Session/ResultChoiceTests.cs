using RegistryCache.Core.Export;
using RegistryCache.Core.Folders;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Layers;

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

    [TestCase("one,two", false, "old")]
    [TestCase("two,one", false, "new")]
    [TestCase("one,two", true, "new")]
    [TestCase("two,one", true, "new")]
    public async Task Of_several_sources_the_first_wins_unless_the_newest_is_asked_for(string order, bool preferNewest, string expected)
    {
        await using var bench = new SessionBench();
        await SaveAtAsync(bench, "one", "k", "old", -60);
        await SaveAtAsync(bench, "two", "k", "new", 0);
        var tags = order.Split(',');
        var folders = Folders(bench, tags, preferNewest);

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

    [TestCase(false, "old")]
    [TestCase(true, "new")]
    public async Task A_session_chooses_alike_and_so_does_what_it_exports(bool preferNewest, string expected)
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync("type=registry,ref=ghcr.io/acme/ci:one,mode=max", (SessionBench.Compile("a"), "old"));
        await bench.BuildAsync("type=registry,ref=ghcr.io/acme/ci:two,mode=max", (SessionBench.Compile("a"), "new"));
        await using var session = await bench.Cache.OpenSessionAsync(new BuildSessionOptions { Sources = [.. Both.Select(s => CacheSource.Parse(s))], PreferNewest = preferNewest });

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

    [TestCase(4)]
    [TestCase(0)]
    [TestCase(-10)]
    public async Task What_a_session_records_is_found_whatever_date_the_step_had_before(int minutesAhead)
    {
        await using var bench = new SessionBench();
        var now = bench.Time.GetUtcNow();
        bench.Time.AdjustTime(now + TimeSpan.FromMinutes(minutesAhead));
        await bench.BuildAsync(SessionBench.Main, (SessionBench.Compile("a"), "before"));
        bench.Time.AdjustTime(now);
        await using (var session = await bench.OpenAsync("main"))
        {
            await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("ours"));
            await session.ExportAsync(SessionBench.Main.Replace(":main", ":other", StringComparison.Ordinal));
        }

        // BuildKit, and whoever asks for it, takes the newest of all caches that it reads.
        var sources = new[] { SessionBench.Main, SessionBench.Main.Replace(":main", ":other", StringComparison.Ordinal) };
        await using var next = await bench.Cache.OpenSessionAsync(new BuildSessionOptions
        {
            Sources = [.. sources.Select(s => CacheSource.Parse(s.Replace(",mode=max", "", StringComparison.Ordinal)))],
            PreferNewest = true,
        });
        Assert.That(await bench.RestoreAsync((await next.FindAsync(SessionBench.Compile("a")))!), Is.EqualTo("ours"));
    }

    [TestCase(365 * 24 * 60)]
    [TestCase(6)]
    [TestCase(5)]
    [TestCase(4)]
    [TestCase(0)]
    [TestCase(-10)]
    public async Task What_a_session_recorded_is_found_after_a_merge_whatever_date_the_tag_had(int minutesAhead)
    {
        await using var bench = new SessionBench();
        var a = SessionBench.Compile("a");
        var b = SessionBench.Link(a);
        await BuildAtAsync(bench, minutesAhead, (a, "poison a"), (b, "poison b"));

        // It does not read the tag, so it cannot date what it records after what is there.
        await using var blind = await bench.OpenAsync();
        await blind.RecordAsync(a, SessionBench.Output("a"));
        await blind.RecordAsync(b, SessionBench.Output("b"));
        var merge = new CacheExportOptions { MergeWithExisting = true };
        await blind.ExportAsync(CacheTarget.Parse(SessionBench.Main), merge);
        var again = await blind.ExportAsync(CacheTarget.Parse(SessionBench.Main), merge);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await BuiltAsync(bench, a), Is.EqualTo("a"));
            Assert.That(await BuiltAsync(bench, b), Is.EqualTo("b"));
            Assert.That(again.Warnings, Is.Empty);
            bench.Time.Advance(TimeSpan.FromDays(800));
            Assert.That(await BuiltAsync(bench, a), Is.EqualTo("a"), "and it stays so when that date is reached");
            Assert.That(await BuiltAsync(bench, b), Is.EqualTo("b"));
        }
    }

    [Test]
    public async Task What_a_session_only_found_keeps_its_date_in_a_merge()
    {
        await using var bench = new SessionBench();
        await bench.BuildAsync("type=registry,ref=ghcr.io/acme/app:old,mode=max", (SessionBench.Compile("a"), "old"));
        await bench.BuildAsync(SessionBench.Main, (SessionBench.Compile("a"), "new"));
        await using var session = await bench.OpenAsync("old");
        await session.FindAsync(SessionBench.Compile("a"));
        await session.ExportAsync(CacheTarget.Parse(SessionBench.Main), new CacheExportOptions { MergeWithExisting = true });

        Assert.That(await BuiltAsync(bench, SessionBench.Compile("a")), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_build_from_the_future_is_the_first_to_be_trimmed()
    {
        await using var bench = new SessionBench();
        var builder = new CacheGraphBuilder();
        var now = bench.Time.GetUtcNow();
        foreach (var (name, date) in new[] { ("future", now.AddDays(30)), ("new", now), ("old", now.AddDays(-1)) })
        {
            var chain = LayerChain.Of(new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText(name), 1), BlobSource.FromBytes("x"u8.ToArray())));
            var node = builder.AddSource(Digest.OfText(name).ToString());
            for (var i = 0; i < 20; i++)
                node = builder.Add(Digest.OfText($"{name} {i}").ToString(), [[(node, "")]], new CacheResult(chain, CacheTime.From(date)));
        }

        var graph = builder.Build();
        var whole = PlannedExport.Of(graph, CacheManifestForm.ImageManifest, new LayerCodecSet([]));
        var trimmed = GraphTrimmer.Trim(
            whole, g => PlannedExport.Of(g, CacheManifestForm.ImageManifest, new LayerCodecSet([])), threshold: whole.Config.Json.Length * 6 / 10, bench.Order);

        var kept = trimmed.Graph.Records.Select(r => r.Digest).ToHashSet();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept, Does.Contain(Digest.OfText("new 19").ToString()));
            Assert.That(kept, Does.Contain(Digest.OfText("old 0").ToString()));
            Assert.That(kept, Does.Not.Contain(Digest.OfText("future 0").ToString()));
        }
    }

    [Test]
    public async Task A_target_is_chosen_by_the_same_order_whether_it_is_named_or_not([Values] bool isNamed, [Values] bool fromFirstSource)
    {
        await using var bench = new SessionBench();
        var now = bench.Time.GetUtcNow();
        var builder = new CacheGraphBuilder();
        var good = Result("good", now) with { Rank = fromFirstSource ? 0 : 1 };
        var other = fromFirstSource ? Result("other", now.AddMinutes(1)) with { Rank = 1 } : Result("other", now.AddDays(30)) with { Rank = 1 };
        var parent = builder.Add(Digest.OfText("parent").ToString(), [], good, other);
        builder.Add(Digest.OfText("target").ToString(), [[(parent, "")]], good, other);
        var graph = builder.Build();
        var options = new CacheExportOptions { DefaultMode = CacheMode.Min, Targets = isNamed ? graph.FindTargets() : null };

        await bench.Cache.CreateExporter(CacheTarget.Parse("type=registry,ref=ghcr.io/acme/app:main"), options).ExportAsync(graph);

        var written = (await bench.Cache.CreateImporter("type=registry,ref=ghcr.io/acme/app:main").ImportAsync()).Graph;
        Assert.That(written.Records.SelectMany(r => r.Results).Select(r => r.Chain!.Top.Digest), Is.EqualTo(Enumerable.Repeat(Digest.OfText("good"), 2)));

        static CacheResult Result(string content, DateTimeOffset date) => new(
            LayerChain.Of(new CacheLayer(new Descriptor(MediaTypes.OciLayerGzip, Digest.OfText(content), content.Length), BlobSource.FromBytes(System.Text.Encoding.UTF8.GetBytes(content)))),
            CacheTime.From(date));
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

    private static FolderCache Folders(SessionBench bench, string[] tags, bool preferNewest = false) => bench.Cache.Folders(
        new FolderCacheOptions { Sources = [.. tags.Select(t => CacheSource.Parse($"type=registry,ref=ghcr.io/acme/ci:{t}"))], PreferNewest = preferNewest });

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

    /// <summary>Builds with a clock that is wrong.</summary>
    private static async Task BuildAtAsync(SessionBench bench, int minutesAhead, params (CacheStep Step, string Output)[] steps)
    {
        var now = bench.Time.GetUtcNow();
        bench.Time.AdjustTime(now + TimeSpan.FromMinutes(minutesAhead));
        await bench.BuildAsync(SessionBench.Main, steps);
        bench.Time.AdjustTime(now);
    }

    private static async Task<string> BuiltAsync(SessionBench bench, CacheStep step)
    {
        await using var session = await bench.OpenAsync("main");
        return await bench.RestoreAsync((await session.FindAsync(step))!);
    }

    private static async Task<string?> FoundAsync(SessionBench bench, string[] tags, string key, params string[] fallbacks)
    {
        var into = bench.Folder[Guid.NewGuid().ToString("N")];
        var found = await Folders(bench, tags).RestoreAsync(key, fallbacks, into);
        return found.IsHit ? await File.ReadAllTextAsync(Path.Combine(into, "f")) : null;
    }
}
