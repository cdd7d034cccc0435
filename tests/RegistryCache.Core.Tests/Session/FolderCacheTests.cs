using RegistryCache.Core.Folders;

namespace RegistryCache.Core.Tests.Session;

internal sealed class FolderCacheTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:nuget";

    [Test]
    public async Task The_exact_key_comes_first_then_prefixes_in_order_newest_first()
    {
        await using var bench = new SessionBench();
        foreach (var key in (string[])["linux-1", "linux-2", "windows-1", "linux-3"])
            await SaveAsync(bench, key, key);

        Assert.That(await FoundAsync(bench, "linux-2"), Is.EqualTo("linux-2"));
        Assert.That(await FoundAsync(bench, "linux-2", "linux-"), Is.EqualTo("linux-2"), "an older exact key wins over newer prefixes");
        Assert.That(await FoundAsync(bench, "linux-9", "linux-"), Is.EqualTo("linux-3"));
        Assert.That(await FoundAsync(bench, "linux-9", "mac-", "windows-", "linux-"), Is.EqualTo("windows-1"), "the order of prefixes counts, not the age");
        Assert.That(await FoundAsync(bench, "linux-9"), Is.Null);
        Assert.That(await FoundAsync(bench, "LINUX-1"), Is.Null);
    }

    [Test]
    public async Task A_restore_says_what_it_found()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "linux-1", "content");
        var folders = bench.Cache.Folders(Target);

        var exact = await folders.RestoreAsync("linux-1", fallbacks: null, into: bench.Folder["exact"]);
        var near = await folders.RestoreAsync("linux-2", fallbacks: ["linux-"], into: bench.Folder["near"]);
        var miss = await folders.RestoreAsync("mac-1", fallbacks: ["mac-"], into: bench.Folder["miss"]);

        Assert.That((exact.IsHit, exact.IsExact, exact.Key), Is.EqualTo((true, true, "linux-1")));
        Assert.That((near.IsHit, near.IsExact, near.Key), Is.EqualTo((true, false, "linux-1")));
        Assert.That((miss.IsHit, miss.IsExact, miss.Key), Is.EqualTo((false, false, (string?)null)));
        Assert.That(Directory.Exists(bench.Folder["miss"]), Is.False);
    }

    [Test]
    public async Task Saving_what_is_there_under_the_key_sends_nothing_at_all()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "k", "same");
        var (tags, blobs) = (bench.Store.Tags, bench.Store.BlobDigests);

        var again = await SaveAsync(bench, "k", "same");

        Assert.That(again.IsUnchanged);
        Assert.That(bench.Store.Tags, Is.EqualTo(tags));
        Assert.That(bench.Store.BlobDigests, Is.EqualTo(blobs));
    }

    [Test]
    public async Task A_folder_that_is_saved_again_unchanged_gets_a_new_date_once_its_own_is_a_day_old()
    {
        await using var bench = new SessionBench();
        var rules = new PruneRules { OlderThan = TimeSpan.FromDays(30) };
        await SaveAsync(bench, "hot", "same");
        await SaveAsync(bench, "cold", "same");
        bench.Time.Advance(TimeSpan.FromHours(23));
        var early = await SaveAsync(bench, "hot", "same");
        bench.Time.Advance(TimeSpan.FromHours(2));
        var late = await SaveAsync(bench, "hot", "same");
        bench.Time.Advance(TimeSpan.FromDays(29.5));

        var plan = await bench.Cache.PlanPruneAsync(Target, rules);

        Assert.That((early.IsUnchanged, late.IsUnchanged, late.BytesSent, late.LayersMade), Is.EqualTo((true, false, 0, 0)));
        Assert.That(plan.Tags.Single().Pruned.Results.Select(r => r.Key), Is.EqualTo(new[] { "cold" }));
    }

    [Test]
    public async Task The_same_content_under_another_key_shares_the_layer()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "one", "same");

        var other = await SaveAsync(bench, "two", "same");

        Assert.That(other.IsUnchanged, Is.False);
        Assert.That(other.BytesSent, Is.Zero);
        Assert.That(await FoundAsync(bench, "one"), Is.EqualTo("same"));
        Assert.That(await FoundAsync(bench, "two"), Is.EqualTo("same"));
    }

    [Test]
    public async Task Saving_a_key_again_replaces_its_folder()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "k", "old");
        await SaveAsync(bench, "k", "new");

        Assert.That(await FoundAsync(bench, "k"), Is.EqualTo("new"));
        Assert.That(await bench.Cache.Folders(Target).ListAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Several_folders_are_restored_to_their_places()
    {
        await using var bench = new SessionBench();
        bench.Folder.Write("work/obj/a.o", "a");
        bench.Folder.Write("work/packages/p/b.dll", "b");
        var folders = bench.Cache.Folders(Target);
        await folders.SaveAsync("k", [(bench.Folder["work/obj"], "obj"), (bench.Folder["work/packages"], "packages")]);

        await folders.RestoreAsync("k", null, bench.Folder["back"]);

        Assert.That(File.ReadAllText(bench.Folder["back/obj/a.o"]), Is.EqualTo("a"));
        Assert.That(File.ReadAllText(bench.Folder["back/packages/p/b.dll"]), Is.EqualTo("b"));
    }

    [Test]
    public async Task A_lost_blob_makes_a_restore_fall_back()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "linux-1", "old");
        await SaveAsync(bench, "linux-2", "new");
        var import = await bench.Cache.CreateImporter("type=registry,ref=ghcr.io/acme/ci:nuget").ImportAsync();
        bench.Lose(FolderRecords.List(import.Graph, bench.Order)[0].Best);

        var found = await bench.Cache.Folders(Target).RestoreAsync("linux-2", ["linux-"], bench.Folder["back"]);

        Assert.That((found.Key, found.IsExact), Is.EqualTo(("linux-1", false)));
        Assert.That(found.Failures.Single().Error, Is.TypeOf<ContentNotFoundException>());
    }

    [Test]
    public async Task Only_the_newest_keys_stay_when_there_are_too_many()
    {
        await using var bench = new SessionBench();
        var folders = bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse(Target), MaxKeys = 3 });
        for (var i = 0; i < 5; i++)
        {
            bench.Folder.Write($"in{i}/f", $"{i}");
            await folders.SaveAsync($"k{i}", bench.Folder[$"in{i}"]);
            bench.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That((await folders.ListAsync()).Select(k => k.Key), Is.EqualTo(new List<string> { "k4", "k3", "k2" }));
    }

    [Test]
    public async Task Keys_keep_every_character()
    {
        await using var bench = new SessionBench();
        const string Key = "nuget é 😀 <&> \"q\" \\ /a+b=c@-1";
        await SaveAsync(bench, Key, "content");

        Assert.That((await bench.Cache.Folders(Target).ListAsync()).Single().Key, Is.EqualTo(Key));
        Assert.That(await FoundAsync(bench, Key), Is.EqualTo("content"));
    }

    [Test]
    public async Task A_record_that_only_looks_like_a_key_is_passed_over()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "k", "content");
        var import = await bench.Cache.CreateImporter("type=registry,ref=ghcr.io/acme/ci:nuget").ImportAsync();
        var real = FolderRecords.List(import.Graph, bench.Order).Single();
        var record = import.Graph.Records.Single(r => !r.Results.IsEmpty);
        var builder = new CacheGraphBuilder();
        var root = builder.AddSource(record.Inputs[0][0].Record.Digest);
        builder.Add(record.Digest, [[(root, "another key")]], real.Best);
        builder.Add(record.Digest, [[(builder.AddSource(Digest.OfText("x").ToString()), "k")]], real.Best);

        Assert.That(FolderRecords.List(builder.Build(), bench.Order), Is.Empty);
    }

    [Test]
    public async Task Bad_keys_are_refused_before_anything_happens()
    {
        await using var bench = new SessionBench();
        var folders = bench.Cache.Folders(Target);
        foreach (var key in (string[])["", new string('k', 513), "a\nb", $"{(char)0xd800}"])
        {
            Assert.That(() => folders.SaveAsync(key, bench.Folder.Path), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => folders.RestoreAsync(key, null, bench.Folder["x"]), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => folders.RestoreAsync("k", [key], bench.Folder["x"]), Throws.InstanceOf<ArgumentException>());
        }

        Assert.That(bench.Store.Tags, Is.Empty);
    }

    [Test]
    public async Task A_cache_without_a_target_can_be_restored_from_but_not_saved_to()
    {
        await using var bench = new SessionBench();
        await SaveAsync(bench, "k", "content");
        var reader = bench.Cache.Folders(new FolderCacheOptions { Sources = [CacheSource.Parse("type=registry,ref=ghcr.io/acme/ci:nuget")] });

        Assert.That((await reader.RestoreAsync("k", null, bench.Folder["back"])).IsExact);
        Assert.That(() => reader.SaveAsync("k", bench.Folder["back"]), Throws.InstanceOf<RegistryCacheException>());
    }

    private static async Task<FolderSave> SaveAsync(SessionBench bench, string key, string content)
    {
        var directory = bench.Folder.Create(Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(Path.Combine(directory, "f"), content);
        var saved = await bench.Cache.Folders(Target).SaveAsync(key, directory);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        return saved;
    }

    private static async Task<string?> FoundAsync(SessionBench bench, string key, params string[] fallbacks)
    {
        var into = bench.Folder[Guid.NewGuid().ToString("N")];
        var found = await bench.Cache.Folders(Target).RestoreAsync(key, fallbacks, into);
        return found.IsHit ? await File.ReadAllTextAsync(Path.Combine(into, "f")) : null;
    }
}
