using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Testing.Servers;

/// <summary>Accepts connections on a free loopback port until it is disposed, which also waits for those that are open.</summary>
/// <param name="serve">Serves a connection; called in the order of arrival. The token ends it.</param>
internal sealed class LoopbackListener(Func<TcpClient, CancellationToken, Task> serve) : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Host and port, as on the wire.</summary>
    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Start()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(serve(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }
}
