using System.Text.Json.Nodes;
using RegistryCache.Docker.Tests.Builds;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>The proof that all rows end in: a daemon that knows nothing takes every step from the cache that it is given.</summary>
internal sealed class Row(Harness harness)
{
    /// <param name="build">What is built.</param>
    /// <param name="cacheFrom">The source, as <c>--cache-from</c> takes it.</param>
    /// <param name="dockers">The name of the cache that Docker wrote, for the report; a folder if it has a slash in front.</param>
    /// <param name="ours">The name of the cache that we wrote.</param>
    public async Task<BuildResult> ProveEveryStepIsCachedAsync(BuildCase build, string cacheFrom, string? dockers = null, string? ours = null)
    {
        await harness.Buildx.PruneAsync();
        var original = harness.Original(build);
        BuildResult again;
        try
        {
            again = await harness.Buildx.BuildAsync(build, "--cache-from", cacheFrom);
        }
        catch (InvalidOperationException e)
        {
            throw new RowFailedException(await ReportAsync("the build failed: " + e.Message, build, dockers, ours), e);
        }

        if (again.Steps.Count != original.Steps.Count || again.Executed.Any())
        {
            throw new RowFailedException(await ReportAsync(
                $"{again.CachedCount} of {original.Steps.Count} steps were cached from {cacheFrom}:\n{again.Describe()}", build, dockers, ours));
        }

        if (again.Tree != original.Tree)
        {
            throw new RowFailedException(await ReportAsync(
                $"the cached build gave other files.\n--- before\n{original.Tree.Listing}\n--- after\n{again.Tree.Listing}", build, dockers, ours));
        }

        await TestContext.Out.WriteLineAsync($"{again.CachedCount} of {original.Steps.Count} steps CACHED from {cacheFrom}");
        return again;
    }

    /// <summary>Requires that a copy kept the config, and says where it did not.</summary>
    public async Task RequireSameConfigAsync(BuildCase build, string dockers, string ours)
    {
        if (await harness.Configs.DigestAsync(dockers) != await harness.Configs.DigestAsync(ours))
            throw new RowFailedException(await ReportAsync("the config changed", build, dockers, ours));
    }

    /// <summary>The Dockerfile, both configs side by side and the first record that differs.</summary>
    public async Task<string> ReportAsync(string problem, BuildCase build, string? dockers, string? ours)
    {
        var left = await ConfigAsync(dockers);
        var right = await ConfigAsync(ours);
        return $"{problem}\n--- Dockerfile of '{build.Name}'\n{build.DockerfileText}\n--- {dockers} | {ours}\n"
            + ConfigComparison.SideBySide(left, right) + "--- difference\n" + ConfigComparison.FirstDifference(left, right);
    }

    private async Task<JsonNode> ConfigAsync(string? name)
    {
        if (name is null)
            return new JsonObject();
        try
        {
            return await harness.Configs.ReadAsync(name);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or NullReferenceException)
        {
            // The report must not hide the row's own failure behind one of its own.
            return new JsonObject { ["unreadable"] = e.Message };
        }
    }
}
