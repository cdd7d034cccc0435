using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>A Docker daemon of the tests' own: own socket, own data, no networks. Disposing leaves nothing of it behind.</summary>
internal sealed class DockerDaemon : IAsyncDisposable
{
    private readonly BackgroundProgram _program;
    private readonly Dictionary<string, string> _environment;
    private readonly HttpClient _api;

    private DockerDaemon(DockerPrograms programs, string directory, string registryHost)
    {
        Programs = programs;
        Home = directory;
        MountPoints.MountMemory(directory);
        _environment = new Dictionary<string, string>
        {
            ["PATH"] = programs.SearchPath,
            ["DOCKER_HOST"] = $"unix://{Socket}",
            ["DOCKER_CONFIG"] = Path.Combine(directory, "config"),

            // A daemon that panics leaves mounts in its temporary folder.
            ["TMPDIR"] = Path.Combine(directory, "tmp"),
            ["NO_PROXY"] = "127.0.0.1,localhost",
            ["no_proxy"] = "127.0.0.1,localhost",
        };
        Directory.CreateDirectory(Path.Combine(directory, "tmp"));
        Directory.CreateDirectory(Path.Combine(directory, "config/cli-plugins"));
        File.CreateSymbolicLink(Path.Combine(directory, "config/cli-plugins/docker-buildx"), programs.BuildxPlugin);
        File.WriteAllText(Path.Combine(directory, "daemon.json"), Configuration(registryHost).ToJsonString());
        _api = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://docker"), Timeout = ProgramRun.Limit };
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

    /// <summary>Runs buildx in a working directory. As a plugin it would be started twice, by the client, which is a program too.</summary>
    public Task<ProgramRun> BuildxInAsync(string directory, params string[] arguments) =>
        ProgramRun.RunAsync(Programs.BuildxPlugin, arguments, _environment, directory);

    /// <summary>Runs the Docker client in a working directory, for commands whose last argument is a dot.</summary>
    public Task<ProgramRun> DockerInAsync(string directory, params string[] arguments) =>
        ProgramRun.RunAsync(Programs.Client, arguments, _environment, directory);

    /// <summary>Asks the daemon itself. A command of the client would start one or two programs for it.</summary>
    public async Task PostAsync(string path)
    {
        using var answer = await _api.PostAsync(new Uri(path, UriKind.Relative), content: null);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}\n{LogTail()}");
    }

    public string LogTail() => _program.LogTail();

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _program.DisposeAsync();
        MountPoints.Unmount(Home);
        Directory.Delete(Home, recursive: true);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
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
