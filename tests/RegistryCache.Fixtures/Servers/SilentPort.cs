using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Fixtures.Servers;

/// <summary>A port on 127.0.0.1 that neither takes nor refuses connections, as behind a firewall that drops what comes. On Linux a listener whose
/// queue is full does that.</summary>
public sealed class SilentPort : IDisposable
{
    // More than the queue takes, which is one or two.
    private readonly Socket[] _queue = [.. Enumerable.Range(0, 8).Select(static _ => New())];
    private readonly Socket _listener = New();

    /// <summary>Takes a port and fills its queue.</summary>
    public SilentPort()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        foreach (var socket in _queue)
        {
            try
            {
                socket.Connect(_listener.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Its packet is in the queue, or was dropped.
            }
        }
    }

    /// <summary>Host and port.</summary>
    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _queue)
            socket.Dispose();
        _listener.Dispose();
    }

    private static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
}
