using Microsoft.Extensions.Time.Testing;

namespace RegistryCache.Testing.Tests.Caches;

internal sealed class TestCacheTests
{
    private const string Place = "type=registry,ref=example.com/acme/app:main";

    private static readonly TestCache Small = new TestCache()
        .Step("base", ("bin/tool", "v1"), ("bin/lib/x", "x"))
        .Step("restore", on: "base", ("packages/a.dll", "a"))
        .Step("lint");

    [Test]
    public async Task A_build_finds_and_restores_the_steps_with_the_layers_below_them()
    {
        var store = new InMemoryContentStore();
        await Small.WriteToAsync(store, Place);
        var folder = Directory.CreateTempSubdirectory("registry-cache-test-").FullName;
        try
        {
            await using var cache = new BuildCacheBuilder().UseStore(store).UseCompression().Build();
            await using var session = await cache.OpenSessionAsync([Place]);
            await (await session.FindAsync(Small["restore"]))!.RestoreAsync(folder);

            Assert.That(
                Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => $"{Path.GetRelativePath(folder, f)}: {File.ReadAllText(f)}"),
                Is.EquivalentTo(new[] { "bin/tool: v1", "bin/lib/x: x", "packages/a.dll: a" }));
            Assert.That(await session.FindAsync(Small["lint"]), Is.Not.Null, "a step without files has a layer too");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task The_same_steps_give_the_same_bytes_in_every_place()
    {
        var (one, two) = (new InMemoryContentStore(), new InMemoryContentStore());
        await Small.WriteToAsync(one, Place);
        await Small.WriteToAsync(two, Place);
        await using var registry = await TestRegistry.StartAsync();
        await Small.WriteToAsync(registry.Repository("acme/app"), "v1");

        Assert.That(two.Tags, Is.EqualTo(one.Tags));
        Assert.That(registry.Repository("acme/app").Tags.Single(), Is.EqualTo(KeyValuePair.Create("v1", one.Tags.Values.Single().ToString())));
        Assert.That(registry.Repository("acme/app").Blobs.Keys, Is.EquivalentTo(one.BlobDigests.Select(static d => d.ToString())));
        Assert.That(registry.Requests, Is.Empty);
    }

    [Test]
    public async Task Steps_of_the_code_under_test_are_dated_by_the_clock()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var compile = CacheStep.Define("acme.compile.v1").With("flags", "-O2");
        var link = CacheStep.Define("acme.link.v1").Reading(compile);
        var dated = new TestCache(clock).Step(compile, ("main.o", "object"));
        clock.Advance(TimeSpan.FromDays(7));
        dated = dated.Step(link, on: CacheStep.Define("acme.compile.v1").With("flags", "-O2"), ("app", "program"));
        var store = new InMemoryContentStore();

        await dated.WriteToAsync(store, Place);

        var seen = await CacheProbe.ReadAsync(store, Place);
        var results = dated.Steps.Select(s => seen.Graph.Records.Single(r => r.Digest == s.RecordDigest).NewestResult!).ToList();
        Assert.That(results.Select(static r => r.CreatedAt.ToString()), Is.EqualTo(new[] { "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z" }));
        Assert.That(results.Select(static r => r.Chain!.Length), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_target_can_name_its_mode_and_compression()
    {
        var store = new InMemoryContentStore();

        await Small.WriteToAsync(store, Place + ",mode=min,compression=zstd,force-compression=true");

        var graph = (await CacheProbe.ReadAsync(store, Place)).Graph;
        Assert.That(graph.CollectChains().Select(static c => c.Top.Descriptor.MediaType).Distinct(), Is.EqualTo(new[] { MediaTypes.OciLayerZstd }));
    }

    [Test]
    public void A_step_that_is_there_or_is_missing_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Small.Step("base", ("y", "y")), Throws.ArgumentException.With.Message.Contains("base"));
        Assert.That(() => Small.Step("link", on: "bse"), Throws.ArgumentException.With.Message.EqualTo("There is no step 'bse'. The named steps are: base, restore, lint."));
        Assert.That(() => Small.Step(CacheStep.Define("x"), on: CacheStep.Define("y")), Throws.ArgumentException.With.Message.Contains("There is no step y"));
        Assert.That(() => new TestCache()["x"], Throws.ArgumentException);
        Assert.That(Small.Steps, Has.Count.EqualTo(3), "another cache was made each time");
    });
}
