using RegistryCache.Docker.Tests.Engine;
using RegistryCache.Testing.Servers;

namespace RegistryCache.Docker.Tests;

/// <summary>One registry and one daemon for all tests of this assembly, ended with the last of them.</summary>
[SetUpFixture]
internal sealed class DockerSetUp
{
    private static Harness? _harness;
    private static string _reason = "";

    /// <summary>What the tests work with; ignores the calling test, or fails it where CI is true, if there is no engine.</summary>
    public static Harness Harness
    {
        get
        {
            if (_harness is not null)
                return _harness;
            RealComponent.Require(false, _reason);
            throw new InvalidOperationException(_reason);
        }
    }

    [OneTimeSetUp]
    public async Task StartServers()
    {
        var programs = DockerPrograms.Locate(out _reason);
        if (programs is null)
            return;
        if (programs.FindInPath("docker-registry") is null)
        {
            _reason = "'docker-registry' is not installed; eng/test.sh installs it on Debian";
            return;
        }

        var registry = await RegistryServer.StartAsync();
        try
        {
            _harness = new Harness(registry, await DockerDaemon.StartAsync(programs, registry.Host));
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }

        await TestContext.Progress.WriteLineAsync(_harness.Daemon.Version);
    }

    [OneTimeTearDown]
    public async Task EndServers()
    {
        if (_harness is not null)
            await _harness.DisposeAsync();
        _harness = null;
    }
}
