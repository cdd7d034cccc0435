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
    public string Host { get; private set; } = "";

    public void Start()
    {
        _listener.Start();
        Host = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The loop ends by its token alone: stopping the listener first fails an accept that is about to begin, in a way of its own.
        await _stop.CancelAsync();
        try
        {
            await _accepting;
        }
        finally
        {
            _listener.Dispose();
            _stop.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        while (await TryAcceptAsync() is { } client)
        {
            // One that failed keeps its place, so that disposing reports it.
            connections.RemoveAll(static c => c.IsCompletedSuccessfully);
            connections.Add(ServeAsync(client));
        }

        await Task.WhenAll(connections);
    }

    // A failure before the first await must not end the loop either.
    private async Task ServeAsync(TcpClient client) => await serve(client, _stop.Token);

    private async Task<TcpClient?> TryAcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // A client that left before it was accepted says nothing about the next one.
            }
        }
    }
}
