using RegistryCache.Docker.Tests.Engine;

namespace RegistryCache.Docker.Tests.Builds;

/// <summary>The builder: builds, and forgets.</summary>
internal sealed class Buildx(DockerDaemon daemon, string home)
{
    private const int Attempts = 3;

    private int _outputs;

    /// <summary>
    /// Builds a case. The result goes to a folder, because that alone makes BuildKit fetch and unpack every layer of the result: an
    /// import of which only the keys are right does not get through.
    /// </summary>
    public async Task<BuildResult> BuildAsync(BuildCase build, params string[] cacheOptions)
    {
        var folder = Path.Combine(home, $"output-{Interlocked.Increment(ref _outputs)}");
        string[] options = ["--output", $"type=local,dest={folder}", .. cacheOptions];

        // What an attempt has imported before it failed would count as cached in the next.
        var run = await RetryAsync(() => RunAsync(build, options), PruneAsync);
        if (run.ExitCode != 0)
            throw new InvalidOperationException(Explain(build, run));
        var result = new BuildResult(run, BuildProgress.Steps(run.Error), FileTree.Of(folder));
        Directory.Delete(folder, recursive: true);
        return result;
    }

    /// <summary>Builds without taking a result out, which is all that a cache export needs.</summary>
    public async Task<BuildResult> ExportAsync(BuildCase build, params string[] cacheOptions)
    {
        var run = await RetryAsync(() => RunAsync(build, ["--output", "type=cacheonly", .. cacheOptions]), () => Task.CompletedTask);
        if (run.ExitCode != 0)
            throw new InvalidOperationException(Explain(build, run));
        return new BuildResult(run, BuildProgress.Steps(run.Error), FileTree.None);
    }

    public Task<ProgramRun> RunAsync(BuildCase build, params string[] options) =>
        daemon.BuildxInAsync(
            build.Context, ["build", "--progress=rawjson", "--provenance=false", "--network", "none", .. build.Options, .. options, "."]);

    /// <summary>
    /// Runs a command again when the real registry answered Docker with an error of its own, as it does now and then on a loaded
    /// machine, and writes down how often.
    /// </summary>
    /// <param name="attempt">The command.</param>
    /// <param name="before">Makes the state before the command again.</param>
    public static async Task<ProgramRun> RetryAsync(Func<Task<ProgramRun>> attempt, Func<Task> before)
    {
        for (var number = 1; ; number++)
        {
            var run = await attempt();
            if (run.ExitCode == 0 || number == Attempts || !run.Error.Contains("500 Internal Server Error", StringComparison.Ordinal))
                return run;
            await TestContext.Out.WriteLineAsync($"attempt {number}: the registry answered Docker with its own error 500; the command is run again");
            await before();
        }
    }

    /// <summary>Removes everything that an earlier build left in the daemon: cache records and images, and with them all content.</summary>
    public async Task PruneAsync()
    {
        await daemon.PostAsync("/build/prune?all=true");
        await daemon.PostAsync($"/images/prune?filters={Uri.EscapeDataString("""{"dangling":{"false":true}}""")}");
    }

    private string Explain(BuildCase build, ProgramRun run) =>
        $"the build '{build.Name}' failed with exit code {run.ExitCode}: {run.CommandLine}\n"
        + string.Join('\n', BuildProgress.Errors(run.Error)) + "\n" + string.Join('\n', run.Error.Split('\n').TakeLast(20))
        + $"\n--- Dockerfile\n{build.DockerfileText}\n--- daemon\n{daemon.LogTail()}";
}
