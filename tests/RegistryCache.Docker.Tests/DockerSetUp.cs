using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Testing.Servers;

namespace RegistryCache.Docker.Tests;

/// <summary>For each engine one registry and one daemon, started by the first fixture that needs them, ended with the last.</summary>
[SetUpFixture]
internal sealed class DockerSetUp
{
    private static readonly Dictionary<string, Harness> Started = new(StringComparer.Ordinal);

    /// <summary>What the tests work with; ignores the calling test, or fails it where CI is true, if there is no engine.</summary>
    /// <param name="engine">One of <see cref="DockerEngines.Names"/>.</param>
    public static async Task<Harness> HarnessAsync(string engine)
    {
        if (Started.TryGetValue(engine, out var harness))
            return harness;
        var programs = DockerEngines.Find(engine);
        RealComponent.Require(programs is not null, DockerEngines.Reason);
        RealComponent.Require(programs!.FindInPath("docker-registry") is not null, "'docker-registry' is not installed; eng/test.sh installs it on Debian");
        harness = await StartAsync(programs);
        if (!await WritesEstargzAsync(harness))
        {
            await harness.DisposeAsync();
            harness = await StartAsync(programs);
            harness.WritesEstargz = false;
        }

        Started.Add(engine, harness);
        await TestContext.Progress.WriteLineAsync(harness.Daemon.Version);
        return harness;
    }

    private static async Task<Harness> StartAsync(DockerPrograms programs)
    {
        var registry = await RegistryServer.StartAsync();
        try
        {
            return new Harness(registry, await DockerDaemon.StartAsync(programs, registry.Host));
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    // The engine is asked and not known by its version: the fault is one of the build.
    private static async Task<bool> WritesEstargzAsync(Harness harness)
    {
        var run = await harness.Buildx.RunAsync(
            harness.Contexts.Branch("probe"), "--output", "type=cacheonly", "--cache-to", harness.To("probe:estargz", "mode=max,compression=estargz,force-compression=true"));
        if (run.ExitCode == 0)
            return true;
        if (await harness.Daemon.IsRunningAsync())
            run.RequireSuccess();
        return false;
    }

    [OneTimeTearDown]
    public async Task EndServers()
    {
        foreach (var harness in Started.Values)
            await harness.DisposeAsync();
        Started.Clear();
    }
}
