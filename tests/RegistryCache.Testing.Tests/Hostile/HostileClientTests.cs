using System.Net.Sockets;
using System.Text;

namespace RegistryCache.Testing.Tests.Hostile;

/// <summary>Clients that do harm: the registry goes on, and nothing leaves its directory.</summary>
[Category("Integration")]
internal sealed class HostileClientTests
{
    private DirectoryInfo _outer = null!;
    private TestRegistry _registry = null!;
    private HttpClient _client = null!;

    private static IEnumerable<string> Targets()
    {
        string[] tricks = ["../../x", "..%2f..%2fx", "%2e%2e/%2e%2e/x", "..\\..\\x", "a%00b", "%c0%ae%c0%ae", "CON", "a:b", ".", "..", "-", "%0d%0aSet-Cookie:x", new string('a', 5000)];
        return tricks.SelectMany(static t => new[]
        {
            $"/v2/{t}/blobs/uploads/", $"/v2/a/{t}/manifests/latest", $"/v2/a/b/manifests/{t}", $"/v2/a/b/blobs/{t}", $"/v2/a/b/blobs/sha256:{t}",
            $"/v2/a/b/blobs/uploads/{t}?digest=sha256:{t}", $"/v2/a/b/blobs/uploads/?digest=sha256:{t}", $"/v2/a/b/blobs/uploads/?mount=sha256:{t}&from={t}",
            $"/v2/a/b/referrers/{t}", $"/v2/a/b/tags/list?last={t}&n={t}&next_page={t}", $"/{t}", $"/store/{t}",
        });
    }

    [SetUp]
    public async Task StartAsync()
    {
        _outer = Directory.CreateTempSubdirectory("test-registry-");
        _registry = await TestRegistry.StartAsync(new() { Directory = Path.Combine(_outer.FullName, "inner") });
        _client = _registry.CreateClient();
    }

    [TearDown]
    public async Task StillThereAsync()
    {
        Assert.That((int)(await _client.SendAsync("GET", "/v2/")).StatusCode, Is.EqualTo(200));
        Assert.That(_outer.GetFileSystemInfos().Select(static f => f.Name), Is.EqualTo(new[] { "inner" }), "nothing outside");
        _client.Dispose();
        await _registry.DisposeAsync();
        _outer.Delete(recursive: true);
    }

    [Test]
    public async Task Path_tricks_in_names_and_digests_are_refused()
    {
        await _client.PushImageAsync("a/b", "latest");
        var port = new Uri("http://" + _registry.Host).Port;
        foreach (var target in Targets())
        {
            foreach (var method in new[] { "GET", "PUT", "POST", "PATCH", "DELETE" })
            {
                var head = await RawAsync(port, $"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
                Assert.That(head, Does.Not.Contain(" 500 ").And.Not.Contain("\nSet-Cookie"), $"{method} {target}");
            }
        }

        Assert.That(_registry.Repositories, Is.SubsetOf(new[] { "a/b", "a/-" }));
    }

    [TestCase("PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}", Description = "a length that is too large")]
    [TestCase("PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [TestCase("PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [TestCase("PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [TestCase("PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}")]
    [TestCase("GET /v2/a/b/blo")]
    [TestCase("\0\0\0\0")]
    [TestCase("GET /v2/ HTTP/1.1\r\nHost: x\r\nRange: bytes=99999999999999999999-\r\nConnection: close\r\n\r\n")]
    public async Task Half_requests_and_wrong_lengths_end_without_harm(string text)
    {
        await RawAsync(new Uri("http://" + _registry.Host).Port, text);

        Assert.That(_registry.Repositories, Is.Empty);
    }

    [Test]
    public async Task A_thousand_connections_that_say_nothing_do_not_stop_the_others()
    {
        var port = new Uri("http://" + _registry.Host).Port;
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = new TcpClient();
                sockets.Add(socket);
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
                if (i % 2 == 0)
                    await socket.GetStream().WriteAsync("PATCH /v2/a/b/blobs/uploads/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"u8.ToArray());
            }

            await _client.PushBlobAsync("a/b", Wire.Bytes(1000));
        }
        finally
        {
            sockets.ForEach(static s => s.Dispose());
        }
    }

    [Test]
    public async Task Two_steps_of_one_upload_at_a_time_do_not_mix_their_bytes()
    {
        var location = await _client.StartAsync("a/b");
        var one = Enumerable.Repeat((byte)1, 500_000).ToArray();
        var two = Enumerable.Repeat((byte)2, 500_000).ToArray();

        await Task.WhenAll(TryAsync(one), TryAsync(two));

        var status = await _client.SendAsync("GET", location);
        Assert.That(int.Parse(status.Header("Range").Split('-')[1], System.Globalization.CultureInfo.InvariantCulture) + 1, Is.LessThanOrEqualTo(1_000_000));

        async Task TryAsync(byte[] bytes)
        {
            try
            {
                await _client.SendAsync("PATCH", location, bytes, "application/octet-stream");
            }
            catch (HttpRequestException)
            {
                // The newer step ended this one.
            }
        }
    }

    private static async Task<string> RawAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(System.Net.IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException)
        {
            // The registry broke the connection, which is an answer too.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
