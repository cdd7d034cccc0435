using RegistryCache.Core.Tests.Session;

namespace RegistryCache.Core.Tests.Folders;

/// <summary>A cache that is kept inside the folder that it is about: no restore removes it, and no run moves it away.</summary>
internal sealed class KeptPlacesTests
{
    private static readonly RestoreOptions Replacing = new() { ReplaceExisting = true };

    private SessionBench _bench = null!;

    [SetUp]
    public void Create()
    {
        _bench = new SessionBench();
        _bench.Folder.Write("tree/file", "x");
    }

    [TearDown]
    public async Task Remove() => await _bench.DisposeAsync();

    [Test]
    public async Task A_restore_of_a_folder_that_replaces_what_is_there_keeps_it(
        [Values("cache", "sub/deep/cache", "archive")] string place, [Values] bool withState)
    {
        var folders = _bench.Cache.Folders(new FolderCacheOptions
        {
            Target = CacheTarget.Parse($"type=local,dest={_bench.Folder["tree/" + place]}"),
            StateDirectory = withState ? _bench.Folder["states"] : null,
        });
        var kept = place == "archive" ? "tree/archive" : $"tree/{place}/blob";
        _bench.Folder.Write(kept, "of the cache");
        await folders.SaveAsync("k", _bench.Folder["tree"]);
        _bench.Folder.Write("tree/sub/mine", "m");

        for (var i = 0; i < 2; i++)
            Assert.That((await folders.RestoreAsync("k", null, _bench.Folder["tree"], Replacing)).IsExact);

        Assert.That(File.ReadAllText(_bench.Folder[kept]), Is.EqualTo("of the cache"));
        Assert.That(File.Exists(_bench.Folder["tree/sub/mine"]), Is.False);
    }

    [Test]
    public async Task A_file_does_not_take_its_place([Values("cache", "cache/inner")] string place)
    {
        _bench.Folder.Write($"tree/{place}/blob", "of the cache");
        _bench.Folder.Write("other/cache", "a file");
        var folders = _bench.Cache.Folders(new FolderCacheOptions { Target = CacheTarget.Parse($"type=local,dest={_bench.Folder["tree/" + place]}") });
        await folders.SaveAsync("k", _bench.Folder["other"]);

        var error = Assert.CatchAsync<RegistryCacheException>(() => folders.RestoreAsync("k", null, _bench.Folder["tree"], Replacing))!;

        Assert.That(error.Message, Does.Contain("Nothing was changed."));
        Assert.That(File.ReadAllText(_bench.Folder[$"tree/{place}/blob"]), Is.EqualTo("of the cache"));
        Assert.That(File.Exists(_bench.Folder["tree/file"]));
    }

    [Test]
    public async Task A_restore_of_a_step_that_replaces_what_is_there_keeps_it()
    {
        await _bench.BuildAsync(SessionBench.Main, (SessionBench.Compile("a"), "out"));
        _bench.Folder.Write("tree/cache/blob", "of the cache");
        await using var session = await _bench.Cache.OpenSessionAsync([SessionBench.Main.Replace(",mode=max", "", StringComparison.Ordinal), $"type=local,src={_bench.Folder["tree/cache"]}"]);

        await (await session.FindAsync(SessionBench.Compile("a")))!.RestoreAsync(_bench.Folder["tree"], Replacing);

        Assert.That(Directory.EnumerateFileSystemEntries(_bench.Folder["tree"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "cache", "out.txt" }));
        Assert.That(File.ReadAllText(_bench.Folder["tree/cache/blob"]), Is.EqualTo("of the cache"));
    }

    [Test]
    public async Task A_run_in_an_empty_folder_leaves_it_in_its_place([Values("cache", "sub/cache")] string place)
    {
        _bench.Folder.Write($"tree/{place}/blob", "of the cache");
        _bench.Folder.Write("tree/sub/mine", "m");
        await using var session = await _bench.Cache.OpenSessionAsync([$"type=local,src={_bench.Folder["tree/" + place]}"]);
        string[] found = [];

        await session.RestoreOrRunAsync(SessionBench.Compile("a"), _bench.Folder["tree"], _ =>
        {
            found = [.. Directory.EnumerateFiles(_bench.Folder["tree"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_bench.Folder["tree"], f))];
            File.WriteAllText(_bench.Folder["tree/out.txt"], "made");
            return Task.CompletedTask;
        });

        Assert.That(found, Is.EqualTo(new[] { Path.Combine(place, "blob") }));
        foreach (var (file, content) in (IEnumerable<(string, string)>)[($"{place}/blob", "of the cache"), ("sub/mine", "m"), ("file", "x"), ("out.txt", "made")])
            Assert.That(File.ReadAllText(_bench.Folder["tree/" + file]), Is.EqualTo(content), file);
    }
}
