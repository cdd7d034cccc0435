using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RegistryCache.Testing.Servers;

/// <summary>
/// An HTTP proxy on loopback that forwards plain requests and opens tunnels for TLS, and takes note of what it was asked. It alone
/// knows the names of its options, so a request to one of them that succeeds has come this way. Source: RFC 9110 §7.6 and §9.3.6.
/// </summary>
public sealed class HttpProxy : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly HttpProxyOptions _options;

    /// <summary>Starts the proxy.</summary>
    /// <param name="options">Which names it knows and what it asks for.</param>
    public HttpProxy(HttpProxyOptions options)
    {
        _options = options;
        _listener = new LoopbackListener(ServeAsync);
        _listener.Start();
    }

    /// <summary>The proxy's URL.</summary>
    public Uri Uri => new($"http://{_listener.Host}");

    /// <summary>Every request that came, in order; inside a tunnel nothing is seen.</summary>
    public ConcurrentQueue<ProxyRequest> Requests { get; } = new();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    // One request per connection: the server is asked to close it after its answer, which ends the client's as well.
    private async Task ServeAsync(TcpClient connection, CancellationToken stop)
    {
        using var own = connection;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var client = connection.GetStream();
            if (await ProxyRequest.ReadAsync(client, end.Token) is not { } request)
                return;
            Requests.Enqueue(request);
            if (Refusal(request) is { } refusal)
            {
                await RefuseAsync(client, refusal, end.Token);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _options.Names[request.Host], end.Token);
            var peer = request.IsTunnel ? client : server.GetStream();
            await peer.WriteAsync(request.IsTunnel ? "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray() : request.ToOriginForm(), end.Token);
            await Task.WhenAny(CopyAsync(client, server, end.Token), CopyAsync(server.GetStream(), connection, end.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Ended by either side.
        }

        await end.CancelAsync();
    }

    private string? Refusal(ProxyRequest request)
    {
        if (_options.Credential is { } credential && request.Header("Proxy-Authorization") != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)))
            return "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"";
        if (_options.Status is { } status)
            return $"{status} Refused";
        return _options.Names.ContainsKey(request.Host) ? null : "502 Bad Gateway";
    }

    // A client that is in the middle of its body must read the answer before the connection goes, so what it sends is taken first.
    private static async Task RefuseAsync(NetworkStream client, string status, CancellationToken cancellationToken)
    {
        await client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), cancellationToken);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static async Task CopyAsync(NetworkStream from, TcpClient to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to.GetStream(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction ends with this one.
        }
    }
}
