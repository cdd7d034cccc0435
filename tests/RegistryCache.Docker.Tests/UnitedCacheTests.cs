using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>
/// Caches of two builds that share records, united by our tool. BuildKit 0.25 and newer reads the leaves of a cache in random order
/// and loses links of records that a second leaf reaches; a joining record prevents it (docs/adr/0008).
/// </summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class UnitedCacheTests(string engine)
{
    private const int Imports = 10;
    private const int ImportsOfOurs = 5;
    private const int OfAnOlderEngine = 2;

    private Harness _harness = null!;
    private BuildCase[] _branches = [];
    private DateTimeOffset _lastBuild;

    [OneTimeSetUp]
    public async Task UniteTwoBuilds()
    {
        _harness = await DockerSetUp.TakeAsync(engine);
        _branches = [_harness.Contexts.Branch("left"), _harness.Contexts.Branch("right")];
        foreach (var branch in _branches)
        {
            _lastBuild = DateTimeOffset.UtcNow;
            await _harness.BuildFromNothingAsync(branch);
            await _harness.Buildx.ExportAsync(branch, "--cache-to", _harness.To($"united:{branch.Name}", "mode=max,image-manifest=true"));
        }

        await CacheTool.CopyAsync(_branches.Select(b => _harness.From($"united:{b.Name}")), _harness.To("united:all", "mode=max"));
    }

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [Test]
    public async Task Each_import_finds_every_step_of_both_builds()
    {
        // Chance is in newer engines only.
        var imports = DockerEngines.LosesLinksOfSeveralLeaves(engine) ? ImportsOfOurs : OfAnOlderEngine;
        for (var import = 0; import < imports; import++)
        {
            foreach (var branch in _branches)
                await _harness.Row.ProveEveryStepIsCachedAsync(branch, _harness.From("united:all"), $"united:{branch.Name}", "united:all");
        }
    }

    [Test]
    public async Task What_was_pruned_is_built_again_and_everything_else_is_found([Values] bool isDirectory)
    {
        var (old, kept) = (_branches[0], _branches[1]);
        var directory = Path.Combine(_harness.Scratch, "pruned");
        var source = isDirectory ? $"type=local,src={directory}" : _harness.From("united:pruned");

        // The first source wins, so the steps that both builds have are as young as the build that is kept.
        await CacheTool.CopyAsync(
            Enumerable.Reverse(_branches).Select(b => _harness.From($"united:{b.Name}")),
            isDirectory ? $"type=local,dest={directory},mode=max" : _harness.To("united:pruned", "mode=max"));
        await using var cache = new BuildCacheBuilder().UseOci().UseCompression().Build();

        var plan = await cache.PlanPruneAsync(
            isDirectory ? source : source + ",registry.insecure=true", new PruneRules { OlderThan = DateTimeOffset.UtcNow - _lastBuild });
        var report = await cache.PruneAsync(plan);

        Assert.That(report.IsComplete && report.Tags.Count == 1, report.ToString());
        await _harness.Row.ProveEveryStepIsCachedAsync(kept, source);
        await _harness.Buildx.PruneAsync();
        var again = await _harness.Buildx.BuildAsync(old, "--cache-from", source);
        Assert.That(again.Steps.Where(s => s.Cached).Select(s => s.Name), Is.Not.Empty.And.All.StartsWith("[base "), again.Describe());
        Assert.That(again.Executed.Select(s => s.Name).ToList(), Has.Count.EqualTo(4).And.None.StartsWith("[base "), again.Describe());
    }

    [Test]
    public async Task Without_the_joining_record_a_newer_engine_loses_steps_and_an_older_one_does_not()
    {
        await _harness.Configs.CopyWithoutJoiningRecordAsync("united:all", "united:parted");

        // Which import loses steps is up to chance, so a newer engine imports until one does.
        var loses = DockerEngines.LosesLinksOfSeveralLeaves(engine);
        var (imports, lost) = (0, 0);
        while (imports < (loses ? Imports : OfAnOlderEngine) && lost == 0)
        {
            imports++;
            foreach (var branch in _branches)
            {
                await _harness.Buildx.PruneAsync();
                var result = await _harness.Buildx.BuildAsync(branch, "--cache-from", _harness.From("united:parted"));
                lost += result.Executed.Any() ? 1 : 0;
            }
        }

        await TestContext.Out.WriteLineAsync($"{lost} of {imports * _branches.Length} imports lost steps");
        Assert.That(lost, loses ? Is.GreaterThan(0) : Is.Zero);
    }
}
