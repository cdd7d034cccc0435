using System.Net;
using System.Net.Sockets;

namespace RegistryCache.Fixtures.Servers;

/// <summary>
/// Stands between a client and a real server on loopback and cuts connections at random: each gets a budget of bytes, in both
/// directions together, after which it is reset. The seed decides the budgets.
/// </summary>
public sealed class TcpFaultProxy : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly Random _random;
    private readonly int _target;
    private readonly long _maxBytes;
    private volatile CancellationTokenSource _silence = new();
    private int _cuts;
    private int _connections;

    /// <summary>Starts the proxy.</summary>
    /// <param name="target">The server's port on 127.0.0.1.</param>
    /// <param name="maxBytes">The largest budget of a connection; budgets are spread evenly from 0.</param>
    /// <param name="seed">Decides the budgets.</param>
    public TcpFaultProxy(int target, long maxBytes, int seed)
    {
        _target = target;
        _maxBytes = maxBytes;
        _random = new Random(seed);
        _listener = new LoopbackListener(ServeAsync);
        _listener.Start();
    }

    /// <summary>The proxy as a host on the wire.</summary>
    public string Host => _listener.Host;

    /// <summary>How many connections were cut.</summary>
    public int Cuts => _cuts;

    /// <summary>How many connections were opened.</summary>
    public int Connections => _connections;

    /// <summary>Whether connections are cut. Off, bytes just pass.</summary>
    public bool IsCutting { get; set; } = true;

    /// <summary>The connections that are open carry no more bytes, and are not closed. New ones are not affected.</summary>
    public void Silence()
    {
        var silent = _silence;
        _silence = new CancellationTokenSource();
        silent.Cancel();
        silent.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _silence.Dispose();
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        Interlocked.Increment(ref _connections);
        var silence = _silence.Token;
        using var server = new TcpClient();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var left = new Budget(IsCutting ? _random.NextInt64(_maxBytes) : long.MaxValue);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, end.Token);
            var (near, far) = (client.GetStream(), server.GetStream());
            var (up, down) = (PumpAsync(near, far, left, silence, end.Token), PumpAsync(far, near, left, silence, end.Token));
            await Task.WhenAny(up, down);
            await end.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Ended by either side.
        }

        if (left.IsSpent)
        {
            Interlocked.Increment(ref _cuts);
            client.LingerState = new LingerOption(true, 0);
            server.LingerState = new LingerOption(true, 0);
        }
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Budget budget, CancellationToken silence, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (silence.IsCancellationRequested)
                    continue;
                var allowed = budget.Take(read);
                await to.WriteAsync(buffer.AsMemory(0, allowed), cancellationToken);
                if (allowed < read)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction ends with this one.
        }
    }

    private sealed class Budget(long bytes)
    {
        private long _left = bytes;

        public bool IsSpent => Interlocked.Read(ref _left) < 0;

        public int Take(int wanted)
        {
            var left = Interlocked.Add(ref _left, -wanted);
            return left >= 0 ? wanted : (int)Math.Max(0, wanted + left);
        }
    }
}
