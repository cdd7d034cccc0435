using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RegistryCache.Peers.Processes;

namespace RegistryCache.Peers.Servers;

/// <summary>
/// A Docker engine of our own, with its own socket and data, from the programs that <c>eng/docker.sh</c> unpacked. It needs root.
/// </summary>
internal sealed class DockerEngine : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _daemon;
    private readonly string _directory;
    private readonly IReadOnlyDictionary<string, string> _environment;

    private DockerEngine(Process daemon, string directory, IReadOnlyDictionary<string, string> environment)
    {
        _daemon = daemon;
        _directory = directory;
        _environment = environment;
    }

    /// <summary>Starts one of the engines of the machine, or says why it does not.</summary>
    /// <param name="tools">The engines.</param>
    /// <param name="directory">A directory with a short name. It is removed with the engine.</param>
    /// <param name="registry">The registry that it may use with plain HTTP.</param>
    /// <param name="oldest">The oldest engine in place of the newest: Docker 28.5.2 ends when it writes estargz.</param>
    public static async Task<DockerEngine?> TryStartAsync(Tools tools, string directory, string registry, bool oldest = false)
    {
        try
        {
            return tools.Engines.Count == 0 ? throw new ProgramFailedException("no engine in artifacts/docker, see eng/docker.sh")
                : !Environment.IsPrivilegedProcess ? throw new ProgramFailedException("only root can start an engine")
                : await StartAsync(oldest ? tools.Engines[0] : tools.Engines[^1], directory, registry);
        }
        catch (ProgramFailedException e)
        {
            await Console.Error.WriteLineAsync("docker is left out: " + e.Message);
            return null;
        }
    }

    /// <param name="programs">The directory into which <c>eng/docker.sh</c> unpacked an engine.</param>
    /// <param name="directory">An empty directory with a short name. It is removed with the engine.</param>
    /// <param name="registry">The registry that it may use with plain HTTP.</param>
    private static async Task<DockerEngine> StartAsync(string programs, string directory, string registry)
    {
        var path = $"{programs}/usr/sbin:{programs}/usr/bin:{Environment.GetEnvironmentVariable("PATH")}";
        var plugins = Directory.CreateDirectory(Path.Combine(directory, "config", "cli-plugins")).FullName;
        File.CreateSymbolicLink(
            Path.Combine(plugins, "docker-buildx"), Path.Combine(programs, "usr/libexec/docker/cli-plugins/docker-buildx"));
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = path,
            ["DOCKER_HOST"] = $"unix://{directory}/docker.sock",
            ["DOCKER_CONFIG"] = Path.Combine(directory, "config"),
        };
        var config = Path.Combine(directory, "daemon.json");
        await File.WriteAllTextAsync(config, Configuration(directory, registry).ToJsonString());
        var start = new ProcessStartInfo(Path.Combine(programs, "usr/sbin/dockerd"), ["--config-file", config])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = path;
        var daemon = Process.Start(start)!;
        daemon.BeginErrorReadLine();
        daemon.BeginOutputReadLine();
        var engine = new DockerEngine(daemon, directory, environment);
        var clock = Stopwatch.StartNew();
        while (!await engine.AnswersAsync())
        {
            if (daemon.HasExited || clock.Elapsed > Patience)
            {
                await engine.DisposeAsync();
                throw new ProgramFailedException("dockerd did not start");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        return engine;
    }

    /// <summary>A command of <c>docker</c> that talks to this engine.</summary>
    public Command Docker(params string[] arguments) => new(["env", "docker", .. arguments], _environment);

    public async ValueTask DisposeAsync()
    {
        // dockerd ends its containerd only when it is asked to end.
        if (!_daemon.HasExited)
            await Command.Of("kill", "-TERM", _daemon.Id.ToString(CultureInfo.InvariantCulture)).RunAsync();
        await _daemon.WaitForExitAsync();
        _daemon.Dispose();
        const string unmount = "awk -v home=\"$1/\" 'index($2, home) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount";
        await Command.Shell(unmount, _directory).RunAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await Docker("buildx", "inspect").RunAsync();
            return true;
        }
        catch (ProgramFailedException)
        {
            return false;
        }
    }

    private static JsonObject Configuration(string directory, string registry) => new()
    {
        ["features"] = new JsonObject { ["containerd-snapshotter"] = true },
        ["bridge"] = "none",
        ["iptables"] = false,
        ["insecure-registries"] = new JsonArray(registry),
        ["data-root"] = Path.Combine(directory, "data"),
        ["exec-root"] = Path.Combine(directory, "exec"),
        ["hosts"] = new JsonArray($"unix://{directory}/docker.sock"),
        ["pidfile"] = Path.Combine(directory, "docker.pid"),
    };
}
