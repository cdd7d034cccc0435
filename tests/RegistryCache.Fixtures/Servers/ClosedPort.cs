using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Fixtures.Servers;

/// <summary>A port on 127.0.0.1 that refuses connections, and that nobody else can open as long as this is not disposed.</summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes a port without listening on it.</summary>
    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Host and port.</summary>
    public string Host => $"127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}";

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
