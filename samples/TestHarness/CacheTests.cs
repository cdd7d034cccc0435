using Microsoft.Extensions.Time.Testing;
using RegistryCache.Testing;

namespace TestHarness;

/// <summary>Tests that start with a cache and ask what is in one: a small cache, assertions on a cache, and a clock.</summary>
internal sealed class CacheTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestRegistry _registry = null!;
    private BuildCache _cache = null!;

    private string Source => $"type=registry,ref={_registry.Host}/acme/app:main";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _registry = await TestRegistry.StartAsync(new() { TimeProvider = _clock });
        _cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _cache.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [SetUp]
    public void Forget() => _registry.Reset(_registry.Options);

    [Test]
    public async Task A_build_restores_what_the_cache_has()
    {
        var cache = new TestCache()
            .Step("base", ("bin/tool", "v1"))
            .Step("restore", on: "base", ("packages/a.dll", "a"))
            .Step(Build.Compile("-O2"), ("main.o", "object"));
        await cache.WriteToAsync(_registry.Repository("acme/app"));

        await using var session = await _cache.OpenSessionAsync([Source]);

        Assert.That(await session.FindAsync(cache["restore"]), Is.Not.Null);
        Assert.That(await session.FindAsync(Build.Compile("-O2")), Is.Not.Null);
    }

    [Test]
    public async Task A_build_leaves_what_the_next_one_needs()
    {
        await Build.RecordAsync(_cache, Source + ",mode=max");

        var seen = await CacheProbe.ReadAsync(_registry.Repository("acme/app"));

        Assert.That(seen.HasRecord(Build.Compile("-O2")), seen.ToString());
        Assert.That(seen.WouldHit(Build.Compile("-O2")), seen.Explain(Build.Compile("-O2")).ToString());
        Assert.That(seen.Explain(Build.Compile("-O3")).Outcome, Is.EqualTo(CacheLookUpOutcome.UnknownOperation));
    }

    [Test]
    public async Task A_result_of_last_week_is_pruned()
    {
        var cache = new TestCache(_clock).Step("old", ("a", "a"));
        _clock.Advance(TimeSpan.FromDays(7));
        cache = cache.Step("new", ("b", "b"));
        var store = new InMemoryContentStore();
        await cache.WriteToAsync(store, Source);
        await using var pruner = new BuildCacheBuilder().UseTimeProvider(_clock).UseStore(store).UseCompression().Build();

        await pruner.PruneAsync(await pruner.PlanPruneAsync(Source, new PruneRules { OlderThan = TimeSpan.FromDays(3) }));

        var seen = await CacheProbe.ReadAsync(store, Source);
        Assert.That((seen.WouldHit(cache["old"]), seen.WouldHit(cache["new"])), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_rate_limit_is_over_after_six_hours()
    {
        await new TestCache().Step("base", ("bin/tool", "v1")).WriteToAsync(_registry.Repository("acme/app"));
        _registry.Quirks = RegistryQuirks.DockerHub with { PullLimit = 1 };
        using var client = _registry.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.manifest.v1+json");
        var manifest = new Uri("/v2/acme/app/manifests/main", UriKind.Relative);

        using var first = await client.GetAsync(manifest);
        using var second = await client.GetAsync(manifest);
        _clock.Advance(TimeSpan.FromHours(6));
        using var third = await client.GetAsync(manifest);

        Assert.That(new[] { (int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode }, Is.EqualTo(new[] { 200, 429, 200 }));
    }
}
