using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RegistryCache.Fixtures.Servers;

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
        try
        {
            var client = connection.GetStream();
            if (await ProxyRequest.ReadAsync(client, stop) is not { } request)
                return;
            Requests.Enqueue(request);
            if (Refusal(request) is { } refusal)
            {
                await RefuseAsync(client, refusal, stop);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _options.Names[request.Host], stop);
            var origin = server.GetStream();
            var peer = request.IsTunnel ? client : origin;
            await peer.WriteAsync(request.IsTunnel ? "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray() : request.ToOriginForm(), stop);
            await Task.WhenAll(CopyAsync(client, origin, stop), CopyAsync(origin, client, stop));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Ended by either side.
        }
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

    // The end of one direction is handed on as such, and the other goes on. Closing the connection instead while something of the
    // client's is unread would reset it, and the client could lose an answer that was already sent.
    private static async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Nobody reads there any more. What still comes from this side is taken, so that its writer can turn to reading.
            await DrainAsync(from, cancellationToken);
        }
    }

    private static async Task DrainAsync(NetworkStream from, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (IOException)
        {
            // It was this side that ended.
        }
    }
}
