using System.Collections.Concurrent;
using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Docker.Tests;

/// <summary>
/// For each engine one registry and one daemon, started by the first fixture that needs them, ended with the last. Fixtures of different
/// engines run beside each other; an engine belongs to one fixture at a time, since every row prunes its whole cache.
/// </summary>
[SetUpFixture]
internal sealed class DockerSetUp
{
    private static readonly ConcurrentDictionary<string, Harness> Started = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Free = new(StringComparer.Ordinal);

    /// <summary>Takes an engine, once it is free, until <see cref="GiveBack"/>; ignores the calling test, or fails it where CI is true, if there is no engine.</summary>
    /// <param name="engine">One of <see cref="DockerEngines.Names"/>.</param>
    public static async Task<Harness> TakeAsync(string engine)
    {
        await Free.GetOrAdd(engine, static _ => new SemaphoreSlim(1)).WaitAsync();
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

        Started[engine] = harness;
        await TestContext.Progress.WriteLineAsync(harness.Daemon.Version);
        return harness;
    }

    /// <summary>Lets the next fixture have the engine. Each fixture calls it at its end, also after <see cref="TakeAsync"/> has ignored it.</summary>
    public static void GiveBack(string engine) => Free[engine].Release();

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
