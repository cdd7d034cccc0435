using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using RegistryCache.Core.Storage;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Storage;
using RegistryCache.Testing;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Oci.Tests.Registry;

/// <summary>Short requests share a connection where the registry offers HTTP/2, and one that fails takes no other request with it.</summary>
[Category("Integration")]
internal sealed class SharedConnectionTests
{
    private static readonly TestBlob[] Small = [.. Enumerable.Range(1, 40).Select(static i => TestBlob.Create(10_000 + i, seed: i))];

    // Too long for a single POST, and short enough to share.
    private static readonly TestBlob Medium = TestBlob.Create(100_000, seed: 98);
    private static readonly TestBlob Large = TestBlob.Create(2 << 20, seed: 99);

    [Test]
    public async Task Docker_registry_gets_short_requests_on_one_connection_and_a_long_one_on_its_own()
    {
        await using var server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = true });
        await using var proxy = new TcpFaultProxy(server.Port, long.MaxValue, seed: 1) { IsCutting = false };
        var seen = new SeenVersions();
        await using var client = new RegistryClient(new RegistryClientOptions
        {
            UsePlainHttp = static _ => false,
            CertificateAuthorities = [server.Authority!.Certificate],
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential>
            {
                [proxy.Host] = RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password),
            }),
            ConfigureHandler = seen.Around,
        });
        var store = client.OpenRepository(proxy.Host, "a/shared");

        await PushAsync(store, [.. Small, Large]);
        await PullAsync(store, [.. Small, Large]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen.Of("GET", Large), Is.EqualTo(new[] { "1.1" }));
            Assert.That(seen.Of("GET", Small), Is.EqualTo(Enumerable.Repeat("2.0", Small.Length)));
            Assert.That(seen.Of("PUT", Large), Is.EqualTo(new[] { "1.1" }));
            Assert.That(seen.Of("PUT", Small), Is.EqualTo(Enumerable.Repeat("2.0", Small.Length)));

            // HTTP/1.1 would open one for each of the sixteen requests at a time.
            Assert.That(proxy.Connections, Is.LessThanOrEqualTo(4));
        }
    }

    [Test]
    public async Task Plain_http_has_no_http_2()
    {
        await using var registry = await TestRegistry.StartAsync();
        var seen = new SeenVersions();
        await using var client = new RegistryClient(new RegistryClientOptions { ConfigureHandler = seen.Around });
        var store = client.OpenRepository(registry.Host, "a/plain");

        await PushAsync(store, Small);
        await PullAsync(store, Small);

        Assert.That(seen.All.Distinct(), Is.EqualTo(new[] { "1.1" }));
    }

    [Test]
    public async Task Requests_that_lose_their_shared_connection_are_repeated_on_connections_of_their_own()
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Tls = true });
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        await using var proxy = new TcpFaultProxy(PortOf(registry), maxBytes: 200_000, seed);
        var seen = new SeenVersions();
        await using var client = Client(registry, seen);
        var store = client.OpenRepository(proxy.Host, "a/cut");

        await PushAsync(store, Small);
        await PullAsync(store, Small);

        Assert.That(proxy.Cuts, Is.GreaterThan(0));
        Assert.That(seen.All.Last(), Is.EqualTo("1.1"));
    }

    [Test]
    public async Task Requests_on_a_connection_that_went_silent_do_not_return_to_it()
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Tls = true });
        await using var proxy = new TcpFaultProxy(PortOf(registry), long.MaxValue, seed: 1) { IsCutting = false };
        var seen = new SeenVersions();
        await using var client = Client(registry, seen, TimeSpan.FromMilliseconds(500));
        var store = client.OpenRepository(proxy.Host, "a/silent");
        await PushAsync(store, Small);

        proxy.Silence();
        await PullAsync(store, Small);

        Assert.That(seen.Of("GET", Small), Is.EqualTo(Enumerable.Repeat("1.1", Small.Length)));
    }

    [Test]
    public async Task A_connection_that_went_silent_is_left_although_each_call_ends_by_its_own_deadline()
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Tls = true });
        await using var proxy = new TcpFaultProxy(PortOf(registry), long.MaxValue, seed: 1) { IsCutting = false };
        await using var client = new RegistryClient(new RegistryClientOptions
        {
            UsePlainHttp = static _ => false,
            CertificateAuthorities = [registry.Certificate!],
            ConfigureHandler = static inner =>
            {
                // The framework pings once in a second at most.
                var own = (SocketsHttpHandler)((DelegatingHandler)inner).InnerHandler!;
                own.KeepAlivePingDelay /= 15;
                own.KeepAlivePingTimeout /= 15;
                return inner;
            },
        });
        var store = client.OpenRepository(proxy.Host, "a/deadline");
        await PushAsync(store, Small[..1]);
        proxy.Silence();

        var ended = 0;
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await IsFoundAsync())
            ended++;

        Assert.That(ended, Is.GreaterThan(0));

        async Task<bool> IsFoundAsync()
        {
            guard.Token.ThrowIfCancellationRequested();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(guard.Token);
            deadline.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                return await store.FindBlobAsync(Small[0].Digest, deadline.Token) is not null;
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    [TestCase("confirmed and not kept")]
    [TestCase("overloaded")]
    [TestCase("refused")]
    [TestCase("source")]
    [TestCase("cancelled")]
    public async Task A_failure_that_is_none_of_the_connection_changes_nothing(string what)
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Tls = true });
        var seen = new SeenVersions();
        await using var client = Client(registry, seen);
        var store = client.OpenRepository(registry.Host, "a/failures");
        await PushAsync(store, Small[..1]);
        using var cancel = new CancellationTokenSource();
        var source = new ScriptedBlobSource(Medium.Bytes);
        if (what == "source")
            source.Act = static () => throw new InvalidDataException("damaged");
        if (what == "cancelled")
            source.Act = cancel.Cancel;
        registry.Faults.Add("PUT", RequestKind.Upload, what switch
        {
            "confirmed and not kept" => new RegistryFault(what) { Instead = static _ => new RegistryAnswer(201) },
            "overloaded" => RegistryFault.Status(503),
            "refused" => RegistryFault.Status(403, code: "DENIED"),
            _ => RegistryFault.Late(TimeSpan.Zero),
        });

        var failure = await PushOneAsync();
        await store.FindBlobAsync(Small[2].Digest, CancellationToken.None);

        Assert.That(failure?.GetType(), Is.EqualTo(what switch
        {
            "refused" => typeof(RegistryResponseException),
            "source" => typeof(InvalidDataException),
            "cancelled" => typeof(OperationCanceledException),
            _ => null,
        }), string.Join('\n', registry.Requests.Select(static r => $"{r.Method} {r.Target} {r.Status}")));
        Assert.That(seen.Of("HEAD", Small[2]), Is.EqualTo(new[] { "2.0" }));

        async Task<Exception?> PushOneAsync()
        {
            try
            {
                await store.PushBlobAsync(Medium.Descriptor, source, null, cancel.Token);
                return null;
            }
            catch (Exception e) when (e is RegistryCacheException or InvalidDataException or OperationCanceledException)
            {
                return e;
            }
        }
    }

    [Test]
    public async Task Ranges_of_one_blob_have_connections_of_their_own_however_short_they_are()
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Tls = true });
        var seen = new SeenVersions();
        await using var client = new RegistryClient(new RegistryClientOptions
        {
            UsePlainHttp = static _ => false,
            CertificateAuthorities = [registry.Certificate!],
            ConfigureHandler = seen.Around,
            ParallelRangeBytes = 256 << 10,
            ParallelBelowRate = long.MaxValue,
        });
        var store = client.OpenRepository(registry.Host, "a/ranges");
        await PushAsync(store, [Large]);

        await PullAsync(store, [Large]);

        Assert.That(seen.Of("GET", Large), Is.EqualTo(Enumerable.Repeat("1.1", 8)));
    }

    [Test]
    public async Task A_long_manifest_has_a_connection_of_its_own()
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Tls = true });
        var seen = new SeenVersions();
        await using var client = Client(registry, seen);
        var text = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","layers":[],"annotations":{"a":"{{new string('x', 2 << 20)}}"} }""";

        await client.OpenRepository(registry.Host, "a/long")
            .PushManifestAsync(new ManifestContent(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(text)), "t", CancellationToken.None);

        Assert.That(seen.All, Is.EqualTo(new[] { "1.1" }));
    }

    [TestCase("", 5, TestName = "A_server_that_ends_the_connection_after_it_promised_HTTP_2_is_asked_with_HTTP_1")]
    [TestCase("", 1, TestName = "A_server_that_ends_the_connection_after_it_promised_HTTP_2_is_asked_with_HTTP_1_also_without_retries")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", 5, TestName = "A_server_that_promised_HTTP_2_and_speaks_something_else_is_asked_with_HTTP_1")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", 1, TestName = "A_server_that_promised_HTTP_2_and_speaks_something_else_is_asked_with_HTTP_1_also_without_retries")]
    public async Task A_promise_that_is_broken(string instead, int attempts)
    {
        using var authority = new TestCertificateAuthority();
        using var certificate = authority.IssueServerCertificate();
        await using var server = new LoopbackListener(async (client, stop) =>
        {
            using var own = client;
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                },
                stop);
            if (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
            {
                await tls.WriteAsync(Encoding.ASCII.GetBytes(instead), stop);
                return;
            }

            await tls.ReadAtLeastAsync(new byte[1000], 1, cancellationToken: stop);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
        });
        server.Start();
        var options = new RegistryClientOptions
        {
            UsePlainHttp = static _ => false,
            CertificateAuthorities = [authority.Certificate],
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxAttempts = attempts,
        };
        await using var probe = new RegistryClient(options);
        await using var client = new RegistryClient(options);

        Assert.That(async () => await probe.CheckAccessAsync(ImageReference.Parse(server.Host + "/a/b:c"), RegistryAccessCheck.Pull), Throws.Nothing);
        var size = await client.OpenRepository(server.Host, "a/b").FindBlobAsync(Large.Digest, CancellationToken.None);

        Assert.That(size, Is.EqualTo(5));
    }

    private static RegistryClient Client(TestRegistry registry, SeenVersions seen, TimeSpan? stall = null) => new(new RegistryClientOptions
    {
        UsePlainHttp = static _ => false,
        CertificateAuthorities = [registry.Certificate!],
        ConfigureHandler = seen.Around,
        MaxAttempts = 60,
        RetryDelay = TimeSpan.FromMilliseconds(10),
        MaxRetryDelay = TimeSpan.FromMilliseconds(100),
        StallTimeout = stall ?? TimeSpan.FromSeconds(60),
    });

    private static int PortOf(TestRegistry registry) => new Uri("https://" + registry.Host).Port;

    private static Task PushAsync(IContentStore store, IEnumerable<TestBlob> blobs) => Parallel.ForEachAsync(
        blobs, new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (blob, token) => await store.PushBlobAsync(blob.Descriptor, blob.Source, null, token));

    private static Task PullAsync(IContentStore store, IEnumerable<TestBlob> blobs) => Parallel.ForEachAsync(
        blobs, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (blob, token) =>
        {
            // The stream verifies the digest before it ends.
            await using var stream = await new StoreBlobSource(store, blob.Descriptor).OpenReadAsync(token);
            await stream.CopyToAsync(Stream.Null, token);
        });

    /// <summary>A user's own handler that records the version of each answer.</summary>
    private sealed class SeenVersions
    {
        private readonly ConcurrentQueue<(string Request, string Version)> _seen = new();

        public IEnumerable<string> All => _seen.Select(static s => s.Version);

        public IEnumerable<string> Of(string method, params TestBlob[] blobs) => _seen
            .Where(s => s.Request.StartsWith(method + " ", StringComparison.Ordinal)
                && blobs.Any(blob => s.Request.Contains(blob.Digest.Hex, StringComparison.Ordinal)))
            .Select(static s => s.Version);

        public HttpMessageHandler Around(HttpMessageHandler inner) => new Handler(_seen) { InnerHandler = inner };

        private sealed class Handler(ConcurrentQueue<(string Request, string Version)> seen) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (response.StatusCode != HttpStatusCode.Unauthorized)
                    seen.Enqueue(($"{request.Method} {request.RequestUri}", response.Version.ToString()));
                return response;
            }
        }
    }
}
