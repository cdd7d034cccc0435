using System.Runtime.Versioning;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Testing;

namespace RegistryCache.Docker.Tests;

/// <summary>Docker writes its cache to the registry of the package, and reads it from there.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
[UnsupportedOSPlatform("windows")]
internal sealed class TestRegistryTests(string engine)
{
    private Harness _harness = null!;

    [OneTimeSetUp]
    public async Task TakeEngineAsync() => _harness = await DockerSetUp.TakeAsync(engine);

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [Test]
    public async Task Docker_buildx_writes_its_cache_to_the_registry_and_reads_it_from_there()
    {
        await using var registry = await TestRegistry.StartAsync();
        var build = _harness.Contexts.Fixture();
        await _harness.BuildFromNothingAsync(build);
        var reference = $"type=registry,ref={registry.Host}/acme/app:cache";

        await _harness.Buildx.ExportAsync(build, "--cache-to", reference + ",mode=max,image-manifest=true");
        var tags = registry.Repository("acme/app").Tags;
        await _harness.Row.ProveEveryStepIsCachedAsync(build, reference);

        Assert.That(tags.Keys, Is.EqualTo(new[] { "cache" }));
        Assert.That(registry.Requests.Where(static r => r.Method == "GET" && r.Kind == RequestKind.Blob).Select(static r => r.Status), Is.Not.Empty.And.All.EqualTo(200));
        Assert.That(registry.OpenUploads, Is.Zero);
    }
}
