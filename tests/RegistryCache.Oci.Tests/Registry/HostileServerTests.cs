using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Servers that do not speak HTTP, on real connections: the client gives up with the first answer and says why.</summary>
[TestFixture]
[Category("Integration")]
public sealed class HostileServerTests
{
    private const int Bound = 64 << 20;

    private readonly ConcurrentQueue<long> _sent = new();

    [TestCase("SSH-2.0-OpenSSH_9.6\r\n")]
    [TestCase("\r\n\r\n\r\n\r\n")]
    [TestCase("HTTP/9.9 200 OK\r\n\r\n")]
    [TestCase("HTTP/1.1 two hundred\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")]
    public async Task What_is_not_HTTP_is_a_typed_error_after_one_connection(string answer)
    {
        var error = await FailAsync(Serve(Encoding.ASCII.GetBytes(answer), repeat: null));

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol), error.Message);
        Assert.That(_sent, Has.Count.EqualTo(1));
    }

    [TestCase("HTTP/1.1 200 OK\r\nX-Endless: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("HTTP/1.1 200 OK\r\n", "X-Many: aaaaaaaaaaaaaaaaaaaaaaaa\r\n")]
    [TestCase("HTTP/1.1 200 ", "reason reason reason reason ")]
    public async Task Headers_without_end_are_a_typed_error_after_one_connection(string start, string repeat)
    {
        var error = await FailAsync(Serve(Encoding.ASCII.GetBytes(start), repeat));

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol), error.Message);
        Assert.That(_sent, Has.Count.EqualTo(1));
    }

    [TestCase("100 Continue\r\n\r\n")]
    [TestCase("102 Processing\r\n\r\n")]
    [TestCase("103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")]
    [TestCase("199 Whatever\n\n")]
    public async Task Announcements_without_end_are_a_typed_error_after_one_connection(string answer)
    {
        var error = await FailAsync(Serve([], "HTTP/1.1 " + answer));

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol), error.Message);
        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.Message, Does.Contain("informational answers"));
        Assert.That(_sent, Has.Count.EqualTo(1));
        Assert.That(_sent.Single(), Is.LessThan(Bound), "the client gave up first");
    }

    [Test]
    public async Task Announcements_without_end_of_a_token_server_are_a_typed_error_after_one_connection()
    {
        await using var tokens = Serve([], "HTTP/1.1 103 Early Hints\r\n\r\n");

        var error = await FailAsync(Challenge(tokens));

        Assert.That(error.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol), error.Message);
        Assert.That(error.Message, Does.Contain("informational answers"));
    }

    [Test]
    public async Task A_token_without_end_is_a_typed_error_after_one_connection()
    {
        var tokens = Serve("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"token\":\""u8.ToArray(), "aaaaaaaaaaaaaaaa");
        var error = await FailAsync(Challenge(tokens));
        await tokens.DisposeAsync();

        Assert.That(error.IsTransient, Is.False, error.Message);
        Assert.That(_sent, Has.Count.EqualTo(1), "the token was asked for once");
        Assert.That(_sent.Single(), Is.LessThan(Bound), "the client gave up first");
    }

    [SetUp]
    public void Forget() => _sent.Clear();

    // The server has ended when this returns, so its counts are complete.
    private static async Task<RegistryCacheException> FailAsync(LoopbackListener server)
    {
        await using var own = server;
        await using var client = new RegistryClient(new RegistryClientOptions { UsePlainHttp = _ => true });
        return Assert.CatchAsync<RegistryCacheException>(() => client.OpenRepository(server.Host, "a/b").FindBlobAsync(Digest.OfText("x"), CancellationToken.None))!;
    }

    private static LoopbackListener Challenge(LoopbackListener tokens)
    {
        var challenge = $"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"http://{tokens.Host}/token\",service=\"s\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        var server = new LoopbackListener(async (client, stop) =>
        {
            using var own = client;
            await AnswerAsync(client, Encoding.ASCII.GetBytes(challenge), null, stop);
        });
        server.Start();
        return server;
    }

    private LoopbackListener Serve(byte[] start, string? repeat)
    {
        var listener = new LoopbackListener(async (client, stop) =>
        {
            using var own = client;
            _sent.Enqueue(await AnswerAsync(client, start, repeat, stop));
        });
        listener.Start();
        return listener;
    }

    // Sends until the client gives up, or until a limit that releases a client that never gives up.
    private static async Task<long> AnswerAsync(TcpClient client, byte[] start, string? repeat, CancellationToken stop)
    {
        var sent = 0L;
        try
        {
            var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: stop);
            await stream.WriteAsync(start, stop);
            var more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeat ?? "", 1000)));
            for (sent = start.Length; more.Length > 0 && sent < Bound; sent += more.Length)
                await stream.WriteAsync(more, stop);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, stop);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client closed the connection, as it should.
        }

        return sent;
    }
}
