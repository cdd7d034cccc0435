using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RegistryCache.Fixtures.Content;

/// <summary>
/// A byte that this process sends to itself. The runtime has one thread that brings what arrives on sockets to the pool. Once the byte has
/// come back, that thread has seen everything that arrived before it.
/// </summary>
/// <remarks>
/// The arrival is told on that very thread, so the pool has no work by it. On Windows the pool waits for the sockets itself, and there is
/// nothing to ask. Above 45 processors the runtime has several such threads, and this asks one.
/// </remarks>
internal sealed class SocketProbe : IDisposable
{
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket? _receiver;
    private readonly SocketAsyncEventArgs _arrival = new(true);
    private volatile bool _isUnderWay;

    /// <param name="arrived">Is called on the thread of the sockets when the byte is back.</param>
    public SocketProbe(Action? arrived = null)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _sender.NoDelay = true;
        _sender.Connect(listener.LocalEndPoint!);
        _receiver = listener.Accept();
        SetPreferInlineCompletions(_receiver, true);
        _arrival.SetBuffer(new byte[1]);
        _arrival.Completed += (_, _) =>
        {
            arrived?.Invoke();
            _isUnderWay = false;
        };
    }

    /// <summary>Whether the byte is under way.</summary>
    public bool IsUnderWay => _isUnderWay;

    /// <summary>Sends the byte. It must not be under way.</summary>
    public void Send()
    {
        if (_receiver is null)
            return;
        _isUnderWay = true;
        if (!_receiver.ReceiveAsync(_arrival))
            throw new InvalidOperationException("A byte came that was not sent.");
        _sender.Send([1]);
    }

    public void Dispose()
    {
        _receiver?.Dispose();
        _sender.Dispose();
        _arrival.Dispose();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);
}
