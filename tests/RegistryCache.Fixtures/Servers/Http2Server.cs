using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RegistryCache.Fixtures.Servers;

/// <summary>A server that speaks HTTP/2 over TLS frame by frame, so a test decides what is sent and what is not. Kestrel resets a stream that it
/// answers early, and never breaks the rules.</summary>
public sealed class Http2Server : IAsyncDisposable
{
    private const int HeaderLength = 9;
    private const int Preface = 24;

    private readonly Func<Http2Request, Task> _answer;
    private readonly int _room;
    private readonly TestCertificateAuthority _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly LoopbackListener _listener;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Called with each request as soon as its headers are there.</param>
    /// <param name="room">How many bytes of all bodies are taken on one connection. It begins with 65,535.</param>
    public Http2Server(Func<Http2Request, Task> answer, int room = 1 << 24)
    {
        _answer = answer;
        _room = room;
        _certificate = _authority.IssueServerCertificate();
        _listener = new LoopbackListener(ServeAsync);
        _listener.Start();
    }

    /// <summary>Host and port.</summary>
    public string Host => _listener.Host;

    /// <summary>The certificate to trust.</summary>
    public X509Certificate2 Authority => _authority.Certificate;

    /// <summary>The requests so far: method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        using var own = client;
        using var tls = new SslStream(client.GetStream());
        using var turn = new SemaphoreSlim(1);
        var requests = new Dictionary<int, Http2Request>();
        var answers = new List<Task>();
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, stop);
            if (tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
                return;
            await tls.ReadExactlyAsync(new byte[Preface], stop);
            async Task SendAsync(byte kind, byte flags, int stream, ReadOnlyMemory<byte> content)
            {
                var frame = new byte[HeaderLength + content.Length];
                BinaryPrimitives.WriteInt32BigEndian(frame, content.Length << 8 | kind);
                frame[4] = flags;
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
                content.CopyTo(frame.AsMemory(HeaderLength));
                await turn.WaitAsync(stop);
                try
                {
                    await tls.WriteAsync(frame, stop);
                }
                finally
                {
                    turn.Release();
                }
            }

            await SendAsync(Http2Request.Settings, 0, 0, (byte[])[0, Http2Request.FirstRoom, .. Http2Request.Number(_room)]);
            if (_room > Http2Request.LeastRoom)
                await SendAsync(Http2Request.MoreRoom, 0, 0, Http2Request.Number(_room - Http2Request.LeastRoom));
            var head = new byte[HeaderLength];
            while (await tls.ReadAtLeastAsync(head, HeaderLength, throwOnEndOfStream: false, stop) == HeaderLength)
            {
                var content = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
                await tls.ReadExactlyAsync(content, stop);
                var (kind, flags, stream) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
                if (kind is Http2Request.Settings or Http2Request.Ping && (flags & Http2Request.Acknowledges) == 0)
                    await SendAsync(kind, Http2Request.Acknowledges, 0, kind == Http2Request.Ping ? content : ReadOnlyMemory<byte>.Empty);
                if (kind == Http2Request.Data)
                    requests[stream].Add(content.Length);
                if (kind != Http2Request.Headers)
                    continue;
                var request = new Http2Request(stream, Encoding.Latin1.GetString(content), SendAsync, client.Close);
                requests.Add(stream, request);
                Requests.Enqueue($"{request.Method} {request.Path}");
                answers.Add(_answer(request));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // Either side ended the connection, or the client wants no HTTP/2.
        }

        await Task.WhenAll(answers);
    }
}
