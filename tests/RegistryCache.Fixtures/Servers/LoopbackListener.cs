using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Fixtures.Servers;

/// <summary>Accepts connections on a free loopback port until it is disposed, which also waits for those that are open.</summary>
/// <param name="serve">Serves a connection; called in the order of arrival. The token ends it.</param>
internal sealed class LoopbackListener(Func<TcpClient, CancellationToken, Task> serve) : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;

    /// <summary>Host and port, as on the wire; known from the start on, after the end as well.</summary>
    public string Host { get; private set; } = "";

    public void Start()
    {
        _listener.Start();
        Host = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _accepting;
        }
        finally
        {
            // Only now: a loop that is still on its way to the next accept must not meet a listener that was stopped.
            _listener.Dispose();
            _stop.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // That client gave up before its turn; the next one is served.
            }
        }

        await Task.WhenAll(connections);
    }

    // An error of one connection is reported when the listener is disposed; until then the others are served.
    private async Task ServeAsync(TcpClient connection)
    {
        using var own = connection;
        await serve(connection, _stop.Token);
    }
}
