using RegistryCache.Core.Tests.Session;
using RegistryCache.Core.Tests.Snapshots;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Verification;

/// <summary>A registry has lost a blob of a tag. It refuses every manifest that names the blob, and writers still get on.</summary>
[Category("Integration")]
internal sealed class LostBlobTests
{
    private ScratchFolder _folder = null!;
    private RegistryServer _server = null!;
    private BuildCache _cache = null!;

    private string Target => $"type=registry,ref={_server.Host}/acme/app:ci";

    [SetUp]
    public async Task Create()
    {
        _folder = new ScratchFolder();
        _server = await RegistryServer.StartAsync();
        _cache = new BuildCacheBuilder().UseOci().UseCompression()
            .UseExportOptions(new CacheExportOptions { MergeSettleTime = TimeSpan.Zero, MergeWithExisting = true }).Build();
        await SaveAsync("one");
        await SaveAsync("two");
    }

    [TearDown]
    public async Task Remove()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_save_goes_on_without_the_results_that_need_it()
    {
        var lost = await LoseAsync("one");

        var save = await SaveAsync("three");

        Assert.That(save.Export!.Warnings.Single(), Does.Contain(lost.ToString()).And.Contains("has lost"));
        Assert.That(await RestoreAsync("two"), Is.EqualTo("content of two"));
        Assert.That(await RestoreAsync("three"), Is.EqualTo("content of three"));
        Assert.That(await RestoreAsync("one"), Is.Null);
        Assert.That((await _cache.VerifyAsync(Target, new CacheVerifyOptions { ReadPercent = 100 })).IsSound);
        Assert.That((await SaveAsync("four")).Export!.Warnings, Is.Empty, "said once");
    }

    [Test]
    public async Task A_save_of_the_same_content_sends_it_again()
    {
        await LoseAsync("one");

        var save = await SaveAsync("one");

        Assert.That(save.Export!.Warnings, Is.Empty);
        foreach (var key in new[] { "one", "two" })
            Assert.That(await RestoreAsync(key), Is.EqualTo($"content of {key}"));
    }

    [Test]
    public async Task A_step_is_recorded()
    {
        await LoseAsync("one");
        await using var session = await _cache.OpenSessionAsync([]);
        await session.RecordAsync(SessionBench.Compile("a"), SessionBench.Output("A"));

        var report = await session.ExportAsync(Target + ",mode=max");

        Assert.That(report.Warnings.Single(), Does.Contain("has lost"));
        await using var next = await _cache.OpenSessionAsync([Target]);
        Assert.That(await next.FindAsync(SessionBench.Compile("a")), Is.Not.Null);
        Assert.That(await RestoreAsync("two"), Is.EqualTo("content of two"));
    }

    [Test]
    public async Task A_key_is_removed([Values("one", "two")] string key)
    {
        await SaveAsync("three");
        await LoseAsync("one");

        var report = await RemoveAsync(key);

        Assert.That(report.IsComplete);
        Assert.That(report.Warnings.Count(w => w.Contains("has lost", StringComparison.Ordinal)), Is.EqualTo(key == "two" ? 1 : 0));
        Assert.That(await RestoreAsync(key), Is.Null);
        Assert.That(await RestoreAsync("three"), Is.EqualTo("content of three"));
    }

    [Test]
    public async Task A_tag_of_which_nothing_would_be_left_stays()
    {
        await SaveAsync("three");
        await LoseAsync("one");
        await LoseAsync("three");

        var report = await RemoveAsync("two");

        Assert.That((report.IsComplete, report.Tags.Single().Removal), Is.EqualTo((false, ManifestRemoval.InUse)));
        Assert.That(report.Tags.Single().Reason, Does.Contain("has lost"));
        Assert.That(await RestoreAsync("two"), Is.EqualTo("content of two"));
    }

    private Task<FolderSave> SaveAsync(string key)
    {
        _folder.Write($"{key}/file", $"content of {key}");
        return _cache.Folders(Target).SaveAsync(key, _folder[key]);
    }

    private async Task<string?> RestoreAsync(string key)
    {
        var into = _folder[Guid.NewGuid().ToString("N")];
        var found = await _cache.Folders(Target).RestoreAsync(key, fallbacks: null, into);
        return found.IsExact ? await File.ReadAllTextAsync(Path.Combine(into, "file")) : null;
    }

    private async Task<PruneReport> RemoveAsync(string key) =>
        await _cache.PruneAsync(await _cache.PlanPruneAsync(Target, new PruneRules { Keys = [key] }));

    private async Task<Digest> LoseAsync(string key)
    {
        var record = (await _cache.CreateImporter(Target).ImportAsync()).Graph.Records.Single(r => FolderCache.KeyOf(r) == key);
        var digest = record.NewestResult!.Chain!.Top.Digest;
        File.Delete(_server.BlobPath(digest.Hex));
        return digest;
    }
}
