using RegistryCache.Docker.Tests.Builds;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Docker.Tests.Rows;

namespace RegistryCache.Docker.Tests;

/// <summary>Caches that move between places, merge, and go round: directories, inline images, large builds, bake files.</summary>
[TestFixtureSource(typeof(DockerEngines), nameof(DockerEngines.Names))]
[Category("Docker")]
[Parallelizable]
internal sealed class TransferTests(string engine)
{
    private const int Attempts = 8;

    private static IEnumerable<string> CodecsOfConfigs(bool isNewest) => isNewest ? ["gzip", "zstd"] : ["zstd"];

    private Harness _harness = null!;

    [OneTimeSetUp]
    public async Task TakeHarness() => _harness = await DockerSetUp.TakeAsync(engine);

    [OneTimeTearDown]
    public void GiveEngineBack() => DockerSetUp.GiveBack(engine);

    [NewestEngineTest]
    public async Task A_directory_that_Docker_wrote_goes_to_the_registry_and_back_to_a_directory_that_Docker_reads()
    {
        var rich = _harness.Contexts.Rich();
        await _harness.BuildFromNothingAsync(rich);
        var (dockers, ours) = (Path.Combine(_harness.Scratch, "local-docker"), Path.Combine(_harness.Scratch, "local-ours"));
        await _harness.Buildx.ExportAsync(rich, "--cache-to", $"type=local,dest={dockers},mode=max", "--cache-to", _harness.To("local:dockers", "mode=max"));

        await CacheTool.CopyAsync($"type=local,src={dockers}", _harness.To("local:ours", "mode=max"));
        await CacheTool.CopyAsync(_harness.From("local:dockers"), $"type=local,dest={ours},mode=max");

        await _harness.Row.ProveEveryStepIsCachedAsync(rich, _harness.From("local:ours"), "local:dockers", "local:ours");
        await _harness.Row.ProveEveryStepIsCachedAsync(rich, $"type=local,src={ours}", "local:dockers", "local:ours");
        await _harness.Row.RequireSameConfigAsync(rich, "local:dockers", "local:ours");
    }

    [EngineRows(nameof(CodecsOfConfigs))]
    public async Task The_config_that_Docker_writes_after_it_took_our_cache_is_the_one_that_we_wrote(string codec)
    {
        var chain = _harness.Contexts.Chain();
        await _harness.BuildFromNothingAsync(chain);
        await _harness.Buildx.ExportAsync(chain, "--cache-to", _harness.To($"again-{codec}:dockers", "mode=max"));
        await CacheTool.CopyAsync(
            _harness.From($"again-{codec}:dockers"), _harness.To($"again-{codec}:ours", $"mode=max,compression={codec},force-compression=true"));

        // Which of its imported results BuildKit exports again is up to the order in which its goroutines get to them: with its own
        // caches, too, a result is missing now and then. What is there must be ours every time, and all of it must be there once.
        var (ours, back) = ($"again-{codec}:ours", $"again-{codec}:back");
        for (var attempt = 1; attempt < Attempts && !await ComesBackWholeAsync(chain, ours, back, codec); attempt++)
            await TestContext.Out.WriteLineAsync($"attempt {attempt}: BuildKit left results out");
        await _harness.Row.RequireSameConfigAsync(chain, back, ours);
    }

    private async Task<bool> ComesBackWholeAsync(BuildCase build, string ours, string back, string codec)
    {
        await _harness.Buildx.PruneAsync();
        await _harness.Buildx.ExportAsync(
            build, "--cache-from", _harness.From(ours), "--cache-to", _harness.To(back, $"mode=max,compression={codec}"));
        var foreign = ConfigComparison.ForeignResults(await _harness.Configs.ReadAsync(ours), await _harness.Configs.ReadAsync(back));
        if (foreign.Count > 0)
            throw new RowFailedException(await _harness.Row.ReportAsync("results came back that we never wrote: " + string.Join('\n', foreign), build, back, ours));
        return await _harness.Configs.DigestAsync(ours) == await _harness.Configs.DigestAsync(back);
    }

    [Test]
    public async Task An_image_with_an_inline_cache_is_read_and_becomes_a_cache_of_its_own()
    {
        var fixture = _harness.Contexts.Fixture();
        await _harness.BuildFromNothingAsync(fixture);
        var run = await _harness.Buildx.RunAsync(fixture, "--push", "-t", _harness.Reference("inline:image"), "--cache-to", "type=inline");
        run.RequireSuccess();

        var seen = await CacheTool.InspectAsync(_harness.From("inline:image"));
        await CacheTool.CopyAsync(_harness.From("inline:image"), _harness.To("inline:cache", "mode=max"));

        Assert.That((string?)seen["form"], Does.StartWith("inline in "));
        Assert.That(seen["records"]!.AsArray(), Is.Not.Empty);
        await _harness.Row.ProveEveryStepIsCachedAsync(fixture, _harness.From("inline:cache"), ours: "inline:cache");
    }

    [NewestEngineTest]
    public async Task A_hundred_steps_go_through()
    {
        var hundred = _harness.Contexts.HundredSteps();
        var original = await _harness.BuildFromNothingAsync(hundred);
        Assert.That(original.Steps, Has.Count.GreaterThanOrEqualTo(100));
        await _harness.Buildx.ExportAsync(hundred, "--cache-to", _harness.To("hundred:dockers", "mode=max,image-manifest=true"));

        await CacheTool.CopyAsync(_harness.From("hundred:dockers"), _harness.To("hundred:ours", "mode=max"));

        await _harness.Row.RequireSameConfigAsync(hundred, "hundred:dockers", "hundred:ours");
        await _harness.Row.ProveEveryStepIsCachedAsync(hundred, _harness.From("hundred:ours"), "hundred:dockers", "hundred:ours");
    }

    [NewestEngineTest]
    public async Task Two_platforms_are_cached_from_one_cache()
    {
        var platforms = _harness.Contexts.Platforms();
        await _harness.BuildFromNothingAsync(platforms);
        await _harness.Buildx.ExportAsync(platforms, "--cache-to", _harness.To("platforms:dockers", "mode=max"));

        await CacheTool.CopyAsync(_harness.From("platforms:dockers"), _harness.To("platforms:ours", "mode=max,compression=zstd,force-compression=true"));

        await _harness.Row.ProveEveryStepIsCachedAsync(platforms, _harness.From("platforms:ours"), "platforms:dockers", "platforms:ours");
    }

    [NewestEngineTest]
    public async Task The_targets_of_a_bake_file_share_one_merged_cache()
    {
        string[] targets = ["app", "app-spicy", "tools", "docs"];
        var context = _harness.Contexts.Bake();
        await _harness.Buildx.PruneAsync();
        await BakeAsync(context, [.. targets.SelectMany(target => new[] { "--set", $"{target}.cache-to={_harness.To($"bake:{target}", "mode=max")}" })]);

        await CacheTool.CopyAsync(targets.Select(target => _harness.From($"bake:{target}")), _harness.To("bake:merged", "mode=max"));

        // One at a time: of equal steps in targets that build at once BuildKit merges all but one away and reports those as nothing.
        foreach (var target in targets)
        {
            await _harness.Buildx.PruneAsync();
            var again = await BakeAsync(context, target, "--set", $"*.cache-from={_harness.From("bake:merged")}");
            Assert.That(again, Has.Count.GreaterThan(4), target);
            Assert.That(again.Where(step => !step.Cached), Is.Empty, target);
        }
    }

    private async Task<IReadOnlyList<BuildStep>> BakeAsync(string context, params string[] options)
    {
        var run = await _harness.Daemon.DockerInAsync(context, ["buildx", "bake", "--progress=rawjson", "--set", "*.output=type=cacheonly", .. options]);
        return BuildProgress.Steps(run.RequireSuccess().Error);
    }
}
