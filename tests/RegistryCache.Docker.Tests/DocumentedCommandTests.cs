using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>The command that Docker's documentation of the registry cache shows, word by word but for the references.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class DocumentedCommandTests(string engine)
{
    // The first three are those of an older engine too. It alone may be able to write estargz.
    private static readonly string[] AllParameters =
    [
        "",
        ",mode=max,compression=zstd,compression-level=3,force-compression=true",
        ",mode=max,compression=estargz,force-compression=true",
        ",mode=min",
        ",mode=max",
        ",mode=max,oci-mediatypes=false",
        ",mode=max,compression=gzip,compression-level=9",
        ",mode=max,compression=uncompressed,force-compression=true",
        ",mode=max,oci-mediatypes=true,force-compression=false,ignore-error=true",
    ];

    private static IEnumerable<string> Parameters(bool isNewest) => isNewest ? AllParameters : AllParameters.Take(3);

    private Harness _harness = null!;
    private BuildCase _plain = null!;

    [OneTimeSetUp]
    public async Task FillTheRegistryWithOurTool()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _plain = _harness.Contexts.Documented();
        await _harness.BuildFromNothingAsync(_plain);
        await _harness.Buildx.ExportAsync(_plain, "--cache-to", _harness.To("documented/dockers:cache", "mode=max"));
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [EngineRows(nameof(Parameters))]
    public async Task It_works_against_a_registry_that_our_tool_filled(string parameters)
    {
        if (parameters.Contains("estargz", StringComparison.Ordinal))
            _harness.RequireWriterOf("estargz");
        var cache = $"documented/cache-{TestContext.CurrentContext.Test.ID}:latest";
        await CacheTool.CopyAsync(_harness.From("documented/dockers:cache"), _harness.To(cache, "mode=max"));

        await _harness.Buildx.PruneAsync();
        var run = await BuildAsDocumentedAsync(_harness.Reference(cache), parameters);

        var steps = BuildProgress.Steps(run.RequireSuccess().Error);
        Assert.That(steps, Has.Count.EqualTo(_harness.Original(_plain).Steps.Count));
        Assert.That(steps.Where(step => !step.Cached), Is.Empty);
        var seen = await CacheTool.InspectAsync(_harness.From(cache));
        Assert.That(seen["records"]!.AsArray(), Is.Not.Empty, "what Docker wrote over our cache is readable again");
    }

    [Test]
    public async Task A_missing_cache_stops_neither_Docker_nor_us()
    {
        var missing = _harness.From("documented/nobody-wrote-this:latest");
        await _harness.Buildx.PruneAsync();
        var run = await BuildAsDocumentedAsync(_harness.Reference("documented/nobody-wrote-this:latest"), ",mode=max", _harness.Reference("documented/fresh:latest"));
        Assert.That(run.ExitCode, Is.Zero, run.Error);

        var inspected = await CacheTool.RunAsync("inspect", missing);
        Assert.That(inspected.ExitCode, Is.EqualTo(3), inspected.Error);

        var copied = await CacheTool.CopyAsync([missing, _harness.From("documented/dockers:cache")], _harness.To("documented/both:latest", "mode=max"));
        Assert.That(copied["sources"]!.AsArray().Select(source => (string?)source!["outcome"]), Is.EqualTo(new[] { "miss", "hit" }));
        await _harness.Row.ProveEveryStepIsCachedAsync(
            _plain, _harness.From("documented/both:latest"), "documented/dockers:cache", "documented/both:latest");
    }

    private Task<ProgramRun> BuildAsDocumentedAsync(string cacheImage, string parameters, string? cacheTo = null)
    {
        string[] command =
        [
            "buildx", "build", "--push", "-t", _harness.Reference("documented/image"),
            "--cache-to", $"type=registry,ref={cacheTo ?? cacheImage}{parameters}",
            "--cache-from", $"type=registry,ref={cacheImage}",
            "--progress=rawjson", ".",
        ];
        return Buildx.RetryAsync(() => _harness.Daemon.DockerInAsync(_plain.Context, command), _harness.Buildx.PruneAsync);
    }
}
