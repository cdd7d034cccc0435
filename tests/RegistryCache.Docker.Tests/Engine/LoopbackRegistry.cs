using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>
/// The real registry server, anonymous over plain HTTP. It ends with the test host even when that is killed, like the daemon beside it.
/// </summary>
internal sealed class LoopbackRegistry : IAsyncDisposable
{
    private readonly BackgroundProgram _program;
    private readonly string _home;

    private LoopbackRegistry(BackgroundProgram program, string home, int port)
    {
        _program = program;
        _home = home;
        Host = $"127.0.0.1:{port}";
    }

    /// <summary>Host and port, as they stand in references.</summary>
    public string Host { get; }

    public static async Task<LoopbackRegistry> StartAsync(string program)
    {
        var home = Directory.CreateTempSubdirectory("rc-registry-").FullName;
        var port = FreePort();
        var config = Path.Combine(home, "config.yml");
        await File.WriteAllTextAsync(config,
            $"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {home}/data\nhttp:\n  addr: 127.0.0.1:{port}\n  secret: tests\n");
        var environment = new Dictionary<string, string> { ["OTEL_TRACES_EXPORTER"] = "none" };
        var server = new LoopbackRegistry(BackgroundProgram.Start(Path.Combine(home, "log"), environment, program, "serve", config), home, port);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(IPAddress.Loopback, port);
                return server;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        var log = server._program.LogTail();
        await server.DisposeAsync();
        throw new InvalidOperationException("docker-registry did not start:\n" + log);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
