using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace RegistryCache.Peers.Servers;

/// <summary>
/// Stands between client and registry and makes the way longer or narrower: each direction of each connection delays its bytes, and
/// carries only so many of them in a second. Bytes under way do not wait for each other's delay, as on a real line.
/// </summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private const int BufferLength = 64 * 1024;
    // A buffer can have few bytes, if the sender writes often. A line that held only some of them would slow down one busy connection.
    private const int BuffersUnderWay = 512;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly IPEndPoint _server;
    private readonly TimeSpan _delay;
    private readonly double? _bytesPerSecond;
    private readonly Task _accepting;

    public LoopbackProxy(int serverPort, TimeSpan roundTrip, double? bytesPerSecond)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _delay = roundTrip / 2;
        _bytesPerSecond = bytesPerSecond;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ConnectAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(_server, _end.Token);
                await Task.WhenAll(CarryAsync(client, server), CarryAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // One side left; disposing the sockets tells the other.
            }
        }
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var way = Channel.CreateBounded<(byte[] Bytes, TimeSpan Due)>(BuffersUnderWay);
        var reading = ReadAsync(from, way.Writer);
        await foreach (var (bytes, due) in way.Reader.ReadAllAsync(_end.Token))
        {
            if (due - Now() is { Ticks: > 0 } wait)
                await Task.Delay(wait, _end.Token);
            for (var sent = 0; sent < bytes.Length;)
                sent += await to.SendAsync(bytes.AsMemory(sent), _end.Token);
        }

        await reading;
        to.Shutdown(SocketShutdown.Send);
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(byte[] Bytes, TimeSpan Due)> way)
    {
        var pace = new Pace(_bytesPerSecond);
        var buffer = new byte[BufferLength];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var length)
                await way.WriteAsync((buffer[..length], pace.Pass(Now(), length) + _delay), _end.Token);
        }
        finally
        {
            way.Complete();
        }
    }

    private static TimeSpan Now() => Stopwatch.GetElapsedTime(0);
}
