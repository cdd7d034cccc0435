using RegistryCache.Docker.Tests.Engine;

namespace RegistryCache.Docker.Tests;

/// <summary>Builds that differ in one file, one argument or one base image: from the two caches that Docker wrote, the step and its input
/// are found.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class DivergenceTests(string engine)
{
    private Harness _harness = null!;

    [OneTimeSetUp]
    public async Task BuildFourTimes()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        foreach (var name in (string[])["one", "two"])
            (await _harness.Buildx.RunAsync(_harness.Contexts.Base(name), "--output", $"type=image,name={Image(name)},push=true")).RequireSuccess();
        await BuildAsync("before", "text", "one", "one");
        await BuildAsync("file", "another text", "one", "one");
        await BuildAsync("argument", "text", "two", "one");
        await BuildAsync("base", "text", "one", "two");
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [TestCase("file", DivergenceCause.Content, 1, "job/a")]
    [TestCase("argument", DivergenceCause.Operation, null, "job/said")]
    [TestCase("base", DivergenceCause.BaseImage, 0, "bin/step")]
    public async Task The_step_and_the_input_are_found(string change, DivergenceCause cause, int? input, string written)
    {
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();
        var (before, after) = (await ImportAsync(cache, "before"), await ImportAsync(cache, change));

        var divergence = BuildDivergence.Between(before, after);

        var step = divergence.Steps.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((step.Cause, step.Inputs.SingleOrDefault()?.Index), Is.EqualTo((cause, input)));
            Assert.That(await FilesAsync(cache, step.Before!), Does.Contain(written));
            Assert.That(await FilesAsync(cache, step.After!), Does.Contain(written));
            Assert.That(divergence.FollowingRecords, Is.GreaterThan(0));
        }
    }

    private string Image(string name) => _harness.Reference($"parted/base:{name}");

    private async Task BuildAsync(string name, string file, string word, string image)
    {
        var build = _harness.Contexts.Parted(name, file, word, Image(image));
        await _harness.BuildFromNothingAsync(build);
        await _harness.Buildx.ExportAsync(build, "--cache-to", _harness.To($"parted/cache:{name}", "mode=max,image-manifest=true"));
    }

    private async Task<CacheGraph> ImportAsync(BuildCache cache, string name) =>
        (await cache.CreateImporter(_harness.From($"parted/cache:{name}")).ImportAsync()).Graph;

    private static async Task<List<string>> FilesAsync(BuildCache cache, CacheRecord step)
    {
        var files = new List<string>();
        var layer = BlobSource.FromDelegate(async token => await cache.OpenLayerAsync(step.NewestResult!.Chain!.Top, token));
        await LayerApplier.ReadAsync([layer], (entry, _, _) => { files.Add(entry.Path.Trim('/')); return ValueTask.CompletedTask; }, limits: null);
        return files;
    }
}
