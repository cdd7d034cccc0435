using RegistryCache.Storage;

namespace TestHarness;

/// <summary>Tests with a store in memory in place of a registry: the fastest way. The store tells what was stored, and fails on demand.</summary>
internal sealed class StoreTests
{
    private const string Source = "type=registry,ref=example.com/acme/app:main";
    private const string Target = Source + ",mode=max";

    private InMemoryContentStore _store = null!;
    private BuildCache _cache = null!;

    [SetUp]
    public void Create()
    {
        _store = new InMemoryContentStore();
        _cache = new BuildCacheBuilder().UseStore(_store).UseCompression().Build();
    }

    [TearDown]
    public async Task DisposeAsync() => await _cache.DisposeAsync();

    [Test]
    public async Task A_warm_build_restores_what_the_cold_one_recorded()
    {
        await Build.RecordAsync(_cache, Target);

        await using var warm = await _cache.OpenSessionAsync([Source]);
        var hit = await warm.FindAsync(Build.Compile("-O2"));

        Assert.That(_store.Tags, Has.Count.EqualTo(1));
        Assert.That(hit, Is.Not.Null);
    }

    [Test]
    public async Task A_changed_flag_is_a_miss_that_says_why()
    {
        await Build.RecordAsync(_cache, Target);

        await using var session = await _cache.OpenSessionAsync([Source]);

        Assert.That(await session.FindAsync(Build.Compile("-O3")), Is.Null);
        Assert.That(session.Explain(Build.Compile("-O3")).Outcome, Is.EqualTo(CacheLookUpOutcome.UnknownOperation));
    }

    [Test]
    public async Task A_lost_blob_is_a_miss_and_not_a_broken_build()
    {
        var layer = await Build.RecordAsync(_cache, Target);
        _store.RemoveBlob(layer);
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        await using var session = await _cache.OpenSessionAsync([Source]);
        var restore = await (await session.FindAsync(Build.Compile("-O2")))!.TryRestoreAsync(folder);

        Assert.That(restore.IsRestored, Is.False);
        Assert.That(Directory.Exists(folder), Is.False, "no partial folder is left");
        Assert.That(await session.FindAsync(Build.Compile("-O2")), Is.Null, "the result is not offered again");
    }

    [Test]
    public async Task A_store_that_fails_at_a_chosen_call_leaves_no_tag()
    {
        _store.OnCall = static (call, _) => call.Method == nameof(IContentStore.PushManifestAsync)
            ? throw new IOException("the disk is full")
            : Task.CompletedTask;

        Assert.That(() => Build.RecordAsync(_cache, Target), Throws.InstanceOf<RegistryCacheException>().With.Message.Contains("full"));
        Assert.That(_store.Tags, Is.Empty);
    }
}
