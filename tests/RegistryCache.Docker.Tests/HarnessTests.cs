using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>Docker against Docker: the harness itself must be able to say no, or its yes is worth nothing.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class HarnessTests(string engine)
{
    private Harness _harness = null!;
    private BuildCase _fixture = null!;

    [OneTimeSetUp]
    public async Task BuildOnce()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _fixture = _harness.Contexts.Fixture();
        await _harness.BuildFromNothingAsync(_fixture);
        await _harness.Buildx.ExportAsync(_fixture, "--cache-to", _harness.To("harness:max", "mode=max"));
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [Test]
    public async Task Docker_finds_every_step_in_its_own_cache() =>
        await _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From("harness:max"), "harness:max", "harness:max");

    [Test]
    public async Task A_pruned_daemon_without_a_cache_executes_every_step()
    {
        await _harness.Buildx.PruneAsync();
        var result = await _harness.Buildx.BuildAsync(_fixture);

        Assert.That(result.CachedCount, Is.Zero, result.Describe());
        Assert.That(result.Steps, Has.Count.EqualTo(11));
    }

    [NewestEngineTest]
    public async Task A_RUN_that_nobody_cached_has_no_network_to_run_on()
    {
        await _harness.Buildx.PruneAsync();
        var run = await _harness.Daemon.DockerInAsync(_fixture.Context, "buildx", "build", "--progress=rawjson", "--output", "type=cacheonly", ".");

        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(BuildProgress.Errors(run.Error), Has.Some.Contain("network"));
    }

    [NewestEngineTest]
    public async Task A_row_without_hits_fails_and_shows_the_Dockerfile_both_configs_and_the_record_that_differs()
    {
        var other = _harness.Contexts.Chain();
        await _harness.BuildFromNothingAsync(other);
        await _harness.Buildx.ExportAsync(other, "--cache-to", _harness.To("harness:other", "mode=max"));

        var failure = Assert.ThrowsAsync<RowFailedException>(
            () => _harness.Row.ProveEveryStepIsCachedAsync(_fixture, _harness.From("harness:other"), "harness:max", "harness:other"))!;

        Assert.That(failure.Message, Does.Contain("steps were cached"));
        Assert.That(failure.Message, Does.Contain("COPY --from=tools /tool /tool-link /app/"), "the Dockerfile");
        Assert.That(failure.Message, Does.Match(@"(?m)""blob"": ""sha256:[0-9a-f]{64}"".* \| .*""blob"": ""sha256:"), "the two configs side by side");
        Assert.That(failure.Message, Does.Match("first record only on the left:  sha256:[0-9a-f]{64}"));
    }

    [Test]
    public async Task A_missing_cache_does_not_stop_a_build()
    {
        await _harness.Buildx.PruneAsync();
        var result = await _harness.Buildx.BuildAsync(_fixture, "--cache-from", _harness.From("harness:nobody-wrote-this"));

        Assert.That(result.CachedCount, Is.Zero);
        Assert.That(result.Tree, Is.EqualTo(_harness.Original(_fixture).Tree));
    }
}
