using RegistryCache.Core.Tests.Export;
using RegistryCache.Core.Tests.Snapshots;

namespace RegistryCache.Core.Tests.Session;

/// <summary>How often a save reads what the tag holds.</summary>
internal sealed class FolderReadTests
{
    private const string Target = "type=registry,ref=ghcr.io/acme/ci:nuget";

    private ScratchFolder _folder = null!;
    private ScriptedStore _store = null!;
    private BuildCache _cache = null!;

    [SetUp]
    public void Create()
    {
        _folder = new ScratchFolder();
        _store = new ScriptedStore();
        _cache = new BuildCacheBuilder().UseStore(_store).UseCompression()
            .UseExportOptions(new CacheExportOptions { MergeSettleTime = TimeSpan.Zero }).Build();
    }

    [TearDown]
    public async Task Remove()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_changed_folder_is_saved_with_one_read_of_the_config_the_index_and_the_manifest()
    {
        await SaveAsync("before");
        _store.Calls.Clear();

        var saved = await SaveAsync("after");

        Assert.That(saved.IsUnchanged, Is.False);
        Assert.That(Count("open "), Is.EqualTo(2), "the config that the tag named, not the one that was just written, and one index");
        Assert.That(Count("fetch "), Is.EqualTo(1), "after that the tag only has to tell its digest");
    }

    [Test]
    public async Task An_unchanged_folder_is_saved_with_one_read_of_the_config_and_one_of_the_index()
    {
        await SaveAsync("same");
        _store.Calls.Clear();

        var saved = await SaveAsync("same");

        Assert.That(saved.IsUnchanged);
        Assert.That((Count("open "), Count("fetch ")), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_merge_reads_the_tag_once()
    {
        await SaveAsync("before");
        var graph = (await _cache.CreateImporter("type=registry,ref=ghcr.io/acme/ci:nuget").ImportAsync()).Graph;
        var exporter = _cache.CreateExporter(
            "type=registry,ref=ghcr.io/acme/ci:nuget,mode=max", new CacheExportOptions { MergeWithExisting = true, MergeSettleTime = TimeSpan.Zero });
        _store.Calls.Clear();

        await exporter.ExportAsync(graph);

        Assert.That((Count("open "), Count("fetch ")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task What_somebody_else_wrote_in_between_is_read_and_kept()
    {
        await SaveAsync("before", "k1");
        using var other = new ScratchFolder();
        other.Write("in/file", "theirs");
        _store.DuringPush = () =>
        {
            _store.DuringPush = null;
            return _cache.Folders(Target).SaveAsync("k2", other["in"]);
        };

        await SaveAsync("after", "k1");

        var keys = await _cache.Folders(Target).ListAsync();
        Assert.That(keys.Select(k => k.Key), Is.EquivalentTo((string[])["k1", "k2"]));
    }

    private int Count(string call) => _store.Calls.Count(c => c.StartsWith(call, StringComparison.Ordinal));

    private async Task<FolderSave> SaveAsync(string content, string key = "k")
    {
        _folder.Write("in/file", content);
        return await _cache.Folders(Target).SaveAsync(key, _folder["in"]);
    }
}
