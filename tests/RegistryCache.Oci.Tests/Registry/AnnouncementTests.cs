using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Informational answers (1xx) on real connections: as many as a server may need are accepted, more are an error.</summary>
[TestFixture]
[Category("Integration")]
public sealed class AnnouncementTests
{
    private const string Hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";

    [Test]
    public async Task Sixteen_before_each_answer_of_a_connection_pass()
    {
        var asked = 0;
        await using var server = Serve((_, _) =>
        {
            asked++;
            return Hints(16) + "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
        });
        await using var client = Client();
        var store = client.OpenRepository(server.Host, "a/b");

        for (var i = 0; i < 5; i++)
            Assert.That(await store.FindBlobAsync(Digest.OfText("x"), CancellationToken.None), Is.EqualTo(10));

        Assert.That(asked, Is.EqualTo(5));
    }

    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")]
    [TestCase("")]
    public async Task Seventeen_are_an_error_after_one_request_whether_an_answer_comes_or_not(string answer)
    {
        var asked = 0;
        await using var server = Serve((_, _) =>
        {
            asked++;
            return Hints(17) + answer;
        });

        // On this clock no timeout ever fires.
        await using var client = new RegistryClient(new RegistryClientOptions { UsePlainHttp = _ => true, TimeProvider = new FakeTimeProvider() });
        var find = client.OpenRepository(server.Host, "a/b").FindBlobAsync(Digest.OfText("x"), CancellationToken.None);

        var error = Assert.CatchAsync<RegistryCacheException>(() => find.WaitAsync(TimeSpan.FromMinutes(2)));

        Assert.That((error!.Code, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.RegistryProtocol, false)), error.Message);
        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_reads_like_announcements_is_a_body()
    {
        var blob = TestBlob.FromBytes(Encoding.ASCII.GetBytes(Hints(100)));
        await using var server = Serve((_, _) => $"HTTP/1.1 200 OK\r\nContent-Length: {blob.Bytes.Length}\r\n\r\n{Hints(100)}");
        await using var client = Client();

        await using var stream = await client.OpenRepository(server.Host, "a/b").OpenBlobAsync(blob.Descriptor, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);

        Assert.That(read.ToArray(), Same.BytesAs(blob.Bytes));
    }

    [Test]
    public async Task An_upload_waits_for_one_and_is_ended_by_too_many([Values(1, 17)] int count)
    {
        var stored = 0;
        var blob = TestBlob.Create(2 << 20);
        await using var server = Serve((method, body) =>
        {
            switch (method)
            {
                case "HEAD":
                    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
                case "POST":
                    return "HTTP/1.1 202 Accepted\r\nLocation: /v2/a/b/blobs/uploads/1\r\nContent-Length: 0\r\n\r\n";
                case "PUT":
                    // The client sends the body only after this.
                    return string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", count));
                case "":
                    stored = body;
                    return "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
                default:
                    return "HTTP/1.1 204 No Content\r\n\r\n";
            }
        });
        await using var client = Client();
        var push = client.OpenRepository(server.Host, "a/b").PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        if (count == 1)
        {
            Assert.That((await push).Outcome, Is.EqualTo(BlobPushOutcome.Uploaded));
            Assert.That(stored, Is.EqualTo(blob.Bytes.Length));
        }
        else
        {
            var error = Assert.CatchAsync<RegistryCacheException>(() => push);
            Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.RegistryProtocol), error.Message);
        }
    }

    [Test]
    public async Task A_proxy_that_announces_without_end_is_an_error_after_one_tunnel()
    {
        var asked = 0;
        await using var proxy = Serve((_, _) =>
        {
            asked++;
            return Hints(17) + "HTTP/1.1 200 OK\r\n\r\n";
        });
        await using var client = new RegistryClient(new RegistryClientOptions { Proxy = new WebProxy("http://" + proxy.Host) });

        var error = Assert.CatchAsync<RegistryCacheException>(() =>
            client.OpenRepository("r.example", "a/b").FindBlobAsync(Digest.OfText("x"), CancellationToken.None));

        Assert.That((error!.Code, error.IsTransient), Is.EqualTo((RegistryCacheErrorCode.RegistryProtocol, false)), error.Message);
        Assert.That(asked, Is.EqualTo(1));
    }

    [TestCase("1.1")]
    [TestCase("2.0")]
    public async Task A_real_registry_is_used_over_TLS_in_both_versions(string version)
    {
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = true });
        var versions = new List<string>();
        var options = new RegistryClientOptions
        {
            UsePlainHttp = _ => false,
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [server.Host] = RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password) }),
            ConfigureHandler = inner => new Versioned(version, versions) { InnerHandler = inner },
        };
        options.CertificateAuthorities.Add(server.Authority!.Certificate);
        await using var client = new RegistryClient(options);
        var store = client.OpenRepository(server.Host, "a/b");
        var blob = TestBlob.Create(3 << 20);

        for (var i = 0; i < 2; i++)
            await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);
        await using var stream = await store.OpenBlobAsync(blob.Descriptor, CancellationToken.None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);

        Assert.That(read.ToArray(), Same.BytesAs(blob.Bytes));
        Assert.That(versions.Distinct(), Is.EqualTo([version]));
    }

    private static string Hints(int count) => string.Concat(Enumerable.Repeat(Hint, count));

    private static RegistryClient Client() => new(new RegistryClientOptions { UsePlainHttp = _ => true });

    /// <summary>
    /// Answers requests on connections that stay open, and a body that follows <c>Expect</c> as if its method were empty.
    /// </summary>
    private static LoopbackListener Serve(Func<string, int, string> answer)
    {
        var listener = new LoopbackListener(async (client, stop) =>
        {
            using var own = client;
            try
            {
                await ConverseAsync(client.GetStream(), answer, stop);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The client closed the connection.
            }
        });
        listener.Start();
        return listener;
    }

    private static async Task ConverseAsync(NetworkStream stream, Func<string, int, string> answer, CancellationToken stop)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop) > 0)
        {
            head.Append((char)one[0]);
            if (one[0] != '\n' || !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                continue;
            var text = head.ToString();
            head.Clear();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(text[..text.IndexOf(' ', StringComparison.Ordinal)], 0)), stop);
            if (!text.Contains("Expect: 100-continue", StringComparison.Ordinal))
                continue;
            var length = text.Split("\r\n").Single(static line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
            var body = new byte[int.Parse(length["Content-Length: ".Length..], CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer("", body.Length)), stop);
        }
    }

    /// <summary>A user's own handler that requests a version of HTTP and records the one that was used.</summary>
    private sealed class Versioned(string version, List<string> spoken) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Version = Version.Parse(version);
            var response = await base.SendAsync(request, cancellationToken);
            spoken.Add(response.Version.ToString());
            return response;
        }
    }
}
