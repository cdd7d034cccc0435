using RegistryCache.Testing;

namespace TestHarness;

/// <summary>Tests with a registry in this process: everything that goes over the wire is real. One registry serves the class.</summary>
internal sealed class RegistryTests
{
    private TestRegistry _registry = null!;
    private BuildCache _cache = null!;

    private string Source => $"type=registry,ref={_registry.Host}/acme/app:main";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _cache.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [SetUp]
    public void Forget() => _registry.Reset();

    [Test]
    public async Task A_build_is_in_the_registry_afterwards()
    {
        var layer = await Build.RecordAsync(_cache, Source + ",mode=max");

        var repository = _registry.Repository("acme/app");
        Assert.That(repository.Tags.Keys, Is.EqualTo(new[] { "main" }));
        Assert.That(repository.Blobs.Keys, Does.Contain(layer.ToString()));
        Assert.That(_registry.Violations, Is.Empty, "the client keeps to the specification");
    }

    [Test]
    public async Task A_download_that_breaks_is_continued()
    {
        await Build.RecordAsync(_cache, Source + ",mode=max");
        var folder = Directory.CreateTempSubdirectory("test-harness-").FullName;
        _registry.Faults.Add("GET", RequestKind.Blob, RegistryFault.CutAnswer(after: 10), occurrence: 2);
        try
        {
            await using var session = await _cache.OpenSessionAsync([Source]);
            await (await session.FindAsync(Build.Compile("-O2")))!.RestoreAsync(folder);

            Assert.That(_registry.Faults.Met, Is.EqualTo(1));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "main.o")), Is.EqualTo("object"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_second_build_downloads_only_what_it_reads()
    {
        await Build.RecordAsync(_cache, Source + ",mode=max");
        var before = _registry.Requests.Count;

        await using var session = await _cache.OpenSessionAsync([Source]);

        Assert.That(
            _registry.Requests.Skip(before).Select(static request => $"{request.Method} {request.Kind}"),
            Is.EqualTo(new[] { "GET Manifest", "GET Blob" }),
            "the config, and no layer");
    }
}
