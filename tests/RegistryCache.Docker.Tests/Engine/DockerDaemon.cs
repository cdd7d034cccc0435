using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>A Docker daemon of the tests' own: own socket, own data, no networks. Disposing leaves nothing of it behind.</summary>
internal sealed class DockerDaemon : IAsyncDisposable
{
    private readonly BackgroundProgram _program;
    private readonly Dictionary<string, string> _environment;

    private DockerDaemon(DockerPrograms programs, string directory, string registryHost)
    {
        Programs = programs;
        Home = directory;
        _environment = new Dictionary<string, string>
        {
            ["PATH"] = programs.SearchPath,
            ["DOCKER_HOST"] = $"unix://{Socket}",
            ["DOCKER_CONFIG"] = Path.Combine(directory, "config"),
            ["NO_PROXY"] = "127.0.0.1,localhost",
            ["no_proxy"] = "127.0.0.1,localhost",
        };
        Directory.CreateDirectory(Path.Combine(directory, "config/cli-plugins"));
        File.CreateSymbolicLink(Path.Combine(directory, "config/cli-plugins/docker-buildx"), programs.BuildxPlugin);
        File.WriteAllText(Path.Combine(directory, "daemon.json"), Configuration(registryHost).ToJsonString());
        _program = BackgroundProgram.Start(
            Path.Combine(directory, "dockerd.log"), _environment, programs.Daemon, "--config-file", Path.Combine(directory, "daemon.json"));
    }

    public DockerPrograms Programs { get; }

    /// <summary>The folder that holds all of the daemon's state.</summary>
    public string Home { get; }

    /// <summary>Engine and BuildKit front ends, for the test output.</summary>
    public string Version { get; private set; } = "";

    private string Socket => Path.Combine(Home, "docker.sock");

    public static async Task<DockerDaemon> StartAsync(DockerPrograms programs, string registryHost)
    {
        // A socket path has little more than a hundred characters; the temporary folder's own name is short.
        var daemon = new DockerDaemon(programs, Directory.CreateTempSubdirectory("rc-docker-").FullName, registryHost);
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            var answer = await daemon.DockerAsync("version", "--format", "Docker {{.Server.Version}}");
            if (answer.ExitCode == 0)
            {
                daemon.Version = $"{answer.Output.Trim()}, {(await daemon.DockerAsync("buildx", "version")).RequireSuccess().Output.Trim()}";
                return daemon;
            }

            if (daemon._program.LogTail().Contains("failed to start", StringComparison.Ordinal))
                break;
            await Task.Delay(100);
        }

        var log = daemon._program.LogTail();
        await daemon.DisposeAsync();
        throw new InvalidOperationException("dockerd did not start:\n" + log);
    }

    public async Task<bool> IsRunningAsync() => (await DockerAsync("version")).ExitCode == 0;

    /// <summary>Runs the Docker client against this daemon.</summary>
    public Task<ProgramRun> DockerAsync(params string[] arguments) => ProgramRun.RunAsync(Programs.Client, arguments, _environment);

    /// <summary>The same in a working directory, for commands whose last argument is a dot.</summary>
    public Task<ProgramRun> DockerInAsync(string directory, params string[] arguments) =>
        ProgramRun.RunAsync(Programs.Client, arguments, _environment, directory);

    public string LogTail() => _program.LogTail();

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        MountPoints.Unmount(Home);
        Directory.Delete(Home, recursive: true);
    }

    private JsonObject Configuration(string registryHost) => new()
    {
        // Only the containerd image store exports registry and local caches from the daemon's own builder.
        ["features"] = new JsonObject { ["containerd-snapshotter"] = true },
        ["bridge"] = "none",
        ["iptables"] = false,
        ["insecure-registries"] = new JsonArray(registryHost),
        ["data-root"] = Path.Combine(Home, "data"),
        ["exec-root"] = Path.Combine(Home, "exec"),
        ["hosts"] = new JsonArray($"unix://{Socket}"),
        ["pidfile"] = Path.Combine(Home, "docker.pid"),
    };
}
