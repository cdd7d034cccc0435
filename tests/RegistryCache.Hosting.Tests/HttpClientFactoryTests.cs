using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Fixtures.Servers;
using RegistryCache.Oci;
using RegistryCache.Testing.Samples;

namespace RegistryCache.Hosting.Tests;

/// <summary>The cache and the client as an application with a container gets them, on the real registry server over TLS.</summary>
[Category("Integration")]
public sealed class HttpClientFactoryTests
{
    private readonly RecordedLog _log = new();
    private RegistryServer? _server;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RegistryServer.StartAsync(new RegistryServerOptions { HtpasswdTls = true });

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _log.Dispose();
    }

    [Test]
    public async Task A_cache_from_the_container_exports_and_imports_through_the_users_own_handlers()
    {
        var clock = new CountingClock();
        var outer = new Passed();
        var inner = new Passed();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(_log).AddSingleton<TimeProvider>(clock);
        services.AddRegistryCache(settings => settings.Registry.UserAgent = "acme-builder/7")
            .ConfigureRegistry((_, options) => Configure(options) with { ConfigureHandler = handler => inner.Before(handler) })
            .ConfigureHttpClients(client => client.AddHttpMessageHandler(() => outer.Before(null)));
        await using var provider = services.BuildServiceProvider();
        var cache = provider.GetRequiredService<BuildCache>();
        var fixture = FixtureLayout.Open("max-gzip");
        var local = await cache.CreateImporter($"type=local,src={fixture.Directory}").ImportAsync();

        await cache.CreateExporter($"type=registry,ref={_server!.Host}/factory/cache:t,mode=max").ExportAsync(local.Graph);
        var import = await cache.CreateImporter($"type=registry,ref={_server.Host}/factory/cache:t").ImportAsync();

        Assert.That(import.Sources.Single().IsHit, Is.True);
        Assert.That(import.Sources.Single().Manifest!.Digest.ToString(), Is.EqualTo(fixture.DigestOf()));
        foreach (var layer in import.Graph.CollectChains().SelectMany(static chain => chain.ToLayers()).DistinctBy(static layer => layer.Digest))
            Assert.That(await ReadAsync(layer), Is.EqualTo(fixture.Read(layer.Digest.ToString())));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outer.Requests, Is.Not.Empty.And.EquivalentTo(inner.Requests));
            Assert.That(outer.Requests.Select(static r => r.Split(' ')[0]), Is.SupersetOf(new[] { "HEAD", "POST", "PUT", "GET" }));
            Assert.That(outer.UserAgents.Distinct(), Is.EqualTo(new[] { "acme-builder/7" }));
            Assert.That(outer.Disposed, Is.Zero, "the factory owns its handlers");
            Assert.That(clock.Calls, Is.Positive);
            Assert.That(_log.Lines, Has.Some.StartsWith("5001 "));

            // The factory's own log would show the full URLs of uploads.
            Assert.That(_log.Text, Does.Not.Match("_state=(?!REDACTED)").And.Not.Contain(RegistryServer.Password).And.Not.Contain("Start processing HTTP request"));
        }
    }

    [Test]
    public async Task Insecure_repositories_have_an_http_client_of_their_own()
    {
        var secure = new Passed();
        var insecure = new Passed();
        var services = new ServiceCollection();
        services.AddRegistryCache(settings => settings.Registry.MaxAttempts = 1)
            .ConfigureRegistry((_, options) => Configure(options) with { CertificateAuthorities = [] })
            .ConfigureHttpClients(client => client.AddHttpMessageHandler(
                () => (client.Name.EndsWith("insecure", StringComparison.Ordinal) ? insecure : secure).Before(null)));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<RegistryClient>();
        var digest = Digest.OfBytes("x"u8);

        Assert.That(await client.OpenRepository(_server!.Host, "a/b", insecure: true).FindBlobAsync(digest, CancellationToken.None), Is.Null);
        Assert.That(secure.Requests, Is.Empty);
        Assert.That(insecure.Requests, Is.Not.Empty);
        Assert.That(() => client.OpenRepository(_server.Host, "a/b").FindBlobAsync(digest, CancellationToken.None), Throws.Exception.With.Message.Contains("certificate is not trusted"));
        Assert.That(secure.Requests, Is.Not.Empty);
    }

    [Test]
    public async Task Handlers_that_the_factory_renews_do_not_disturb_a_client_that_lives_on()
    {
        var passed = new Passed();
        var services = new ServiceCollection();
        services.AddRegistryCache().ConfigureRegistry((_, options) => Configure(options)).ConfigureHttpClients(
            client => client.AddHttpMessageHandler(() => passed.Before(null)).SetHandlerLifetime(TimeSpan.FromSeconds(1)));
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<RegistryClient>().OpenRepository(_server!.Host, "factory/renewed");
        var blob = TestBlob.Create(1000);
        await store.PushBlobAsync(blob.Descriptor, blob.Source, null, CancellationToken.None);

        for (var i = 0; i < 1200 && passed.Created < 2; i++)
        {
            Assert.That(await store.FindBlobAsync(blob.Digest, CancellationToken.None), Is.EqualTo(blob.Bytes.Length));
            await Task.Delay(100);
        }

        Assert.That(passed.Created, Is.GreaterThan(1));
    }

    [Test]
    public async Task The_container_gives_one_client_and_ends_it()
    {
        var services = new ServiceCollection();
        services.AddRegistryCache().ConfigureRegistry((_, options) => Configure(options));
        var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<RegistryClient>();
        Assert.That(provider.GetRequiredService<RegistryClient>(), Is.SameAs(client));

        await provider.DisposeAsync();

        Assert.That(() => client.OpenRepository(_server!.Host, "a/b"), Throws.TypeOf<ObjectDisposedException>());
    }

    private static async Task<byte[]> ReadAsync(CacheLayer layer)
    {
        await using var stream = await layer.Content.OpenReadAsync(CancellationToken.None);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private RegistryClientOptions Configure(RegistryClientOptions options)
    {
        return options with
        {
            UsePlainHttp = static _ => false,
            CertificateAuthorities = [_server!.Authority!.Certificate],
            Credentials = CredentialProvider.FromMemory(new Dictionary<string, RegistryCredential> { [_server.Host] = RegistryCredential.FromPassword(RegistryServer.User, RegistryServer.Password) }),
        };
    }

    private sealed class Passed
    {
        private int _created;
        private int _disposed;

        public ConcurrentQueue<string> Requests { get; } = new();

        public ConcurrentQueue<string> UserAgents { get; } = new();

        public int Created => _created;

        public int Disposed => _disposed;

        public DelegatingHandler Before(HttpMessageHandler? next)
        {
            Interlocked.Increment(ref _created);
            var handler = new Handler(this);
            if (next is not null)
                handler.InnerHandler = next;
            return handler;
        }

        private sealed class Handler(Passed passed) : DelegatingHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                passed.Requests.Enqueue($"{request.Method} {request.RequestUri!.OriginalString}");
                passed.UserAgents.Enqueue(string.Join(' ', request.Headers.GetValues("User-Agent")));
                return base.SendAsync(request, cancellationToken);
            }

            protected override void Dispose(bool disposing)
            {
                Interlocked.Increment(ref passed._disposed);
                base.Dispose(disposing);
            }
        }
    }

    private sealed class CountingClock : TimeProvider
    {
        private int _calls;

        public int Calls => _calls;

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _calls);
            return base.GetTimestamp();
        }
    }
}
