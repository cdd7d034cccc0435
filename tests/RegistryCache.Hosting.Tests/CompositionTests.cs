using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;
using RegistryCache.Fixtures;
using RegistryCache.Fixtures.Content;
using RegistryCache.Layers;
using RegistryCache.Oci;
using RegistryCache.Storage;
using RegistryCache.Testing;

namespace RegistryCache.Hosting.Tests;

/// <summary>What a container gives, and what it takes from the container.</summary>
internal sealed class CompositionTests
{
    private const string Place = "type=registry,ref=registry.invalid/acme/app:main";

    [Test]
    public async Task A_container_gives_one_cache_that_opens_registries_and_directories()
    {
        await using var services = Services(s => s.AddRegistryCache());
        var cache = services.GetRequiredService<BuildCache>();
        var missing = Path.Combine(TestContext.CurrentContext.WorkDirectory, "no-such-directory");

        var import = await cache.CreateImporter($"type=local,src={missing}").ImportAsync();

        Assert.That(services.GetRequiredService<BuildCache>(), Is.SameAs(cache));
        Assert.That(import.Sources.Single().IsMiss, Is.True);
        Assert.That(() => cache.CreateImporter("ghcr.io/acme/app:cache"), Throws.Nothing);
        Assert.That(Directory.Exists(missing), Is.False, "reading creates nothing");
    }

    [Test]
    public async Task Adding_twice_adds_up()
    {
        var store = new InMemoryContentStore();
        await using var services = Services(s =>
        {
            s.AddRegistryCache(Configuration(("Registry:MaxAttempts", "2"), ("Registry:MaxConnectionsPerHost", "3")));
            s.AddRegistryCache(settings => settings.Registry.MaxAttempts = 4).Configure((_, cache) => cache.UseStore(store));
            s.AddSingleton("agent/7").AddRegistryCache((provider, settings) => settings.Registry.UserAgent = provider.GetRequiredService<string>())
                .ConfigureRegistry((_, options) => Seen(options));
        });
        RegistryClientOptions? seen = null;

        await SaveAsync(services.GetRequiredService<BuildCache>());
        services.GetRequiredService<RegistryClient>();

        Assert.That(services.GetServices<BuildCache>().Count(), Is.EqualTo(1));
        Assert.That((seen!.MaxAttempts, seen.MaxConnectionsPerHost, seen.UserAgent), Is.EqualTo((4, 3, "agent/7")));
        Assert.That(store.Tags, Has.Count.EqualTo(1));

        RegistryClientOptions Seen(RegistryClientOptions options) => seen = options;
    }

    [Test]
    public void A_cache_of_the_users_own_is_not_hidden_by_another_one() => Assert.That(
        () => new ServiceCollection().AddSingleton(new Mock<BuildCache>().Object).AddRegistryCache(),
        Throws.InvalidOperationException.With.Message.Contains("has a BuildCache already"));

    [Test]
    public async Task Caches_with_keys_have_their_own_settings_stores_and_clients()
    {
        var (one, other) = (new InMemoryContentStore(), new InMemoryContentStore());
        await using var services = Services(s =>
        {
            s.AddRegistryCache().Configure((_, cache) => cache.UseStore(one));
            s.AddKeyedRegistryCache("ci", Configuration(("Registry:MaxAttempts", "2"))).Configure((_, cache) => cache.UseStore(other));
            s.AddKeyedRegistryCache("bad", settings => settings.Registry.MaxAttempts = 0);
        });

        await SaveAsync(services.GetRequiredKeyedService<BuildCache>("ci"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((one.Tags.Count, other.Tags.Count), Is.EqualTo((0, 1)));
            Assert.That(services.GetRequiredKeyedService<RegistryClient>("ci"), Is.Not.SameAs(services.GetRequiredService<RegistryClient>()));
            Assert.That(() => services.GetRequiredKeyedService<BuildCache>("bad"), Throws.Exception.With.Message.Contains("MaxAttempts"));
            Assert.That(services.GetKeyedService<BuildCache>("none"), Is.Null);
        }
    }

    [Test]
    public async Task Credentials_come_from_the_container_from_the_named_type_and_from_settings([Values] bool named, [Values] bool inContainer)
    {
        await using var registry = await TestRegistry.StartAsync(new TestRegistryOptions { Authentication = RegistryAuthentication.Basic("bot", "secret-1") });
        var asked = new Mock<ICredentialProvider>();
        asked.Setup(p => p.GetCredentialAsync(registry.Host, "acme/app", It.IsAny<CancellationToken>())).ReturnsAsync(RegistryCredential.FromPassword("bot", "secret-1"));
        await using var services = Services(s =>
        {
            if (inContainer)
                s.AddSingleton(asked.Object);
            var added = s.AddRegistryCache(Configuration(
                ("Credentials:0:Registry", registry.Host), ("Credentials:0:Username", "bot"), ("Credentials:0:Password", inContainer || named ? "wrong" : "secret-1")));
            if (named)
                added.UseCredentials<OwnCredentials>();
        });

        await SaveAsync(services.GetRequiredService<BuildCache>(), $"type=registry,ref={registry.Host}/acme/app:main");

        asked.Verify(p => p.GetCredentialAsync(registry.Host, "acme/app", It.IsAny<CancellationToken>()), inContainer && !named ? Times.AtLeastOnce : Times.Never);
    }

    [Test]
    public void Two_providers_of_credentials_are_refused() => Assert.That(
        () => new ServiceCollection().AddRegistryCache().UseCredentials<OwnCredentials>().UseCredentials<OwnCredentials>(),
        Throws.InvalidOperationException.With.Message.Contains("FirstOf"));

    [Test]
    public void A_scoped_provider_of_credentials_is_refused([Values] bool named)
    {
        var services = new ServiceCollection();
        var added = services.AddScoped<ICredentialProvider, OwnCredentials>().AddScoped<OwnCredentials>().AddRegistryCache();
        if (named)
            added.UseCredentials<OwnCredentials>();
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<BuildCache>, Throws.InvalidOperationException.With.Message.Contains("is a scoped service"));
    }

    [Test]
    public void A_provider_of_credentials_that_needs_the_cache_is_refused()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ICredentialProvider, CyclicCredentials>().AddRegistryCache();
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<BuildCache>, Throws.InvalidOperationException.With.Message.Contains("asks for the cache itself"));
    }

    [Test]
    public async Task Stores_and_codecs_are_made_by_the_container()
    {
        var store = new InMemoryContentStore();
        var codec = new Mock<ILayerCodec>();
        codec.Setup(c => c.Compression).Returns(LayerCompression.FromName("own"));
        codec.Setup(c => c.MediaType).Returns("application/vnd.own");
        await using var services = Services(s => s
            .AddSingleton(store).AddSingleton(codec.Object)
            .AddRegistryCache().UseStore<InMemoryContentStore>().UseCodecs<ILayerCodec>());
        var cache = services.GetRequiredService<BuildCache>();

        await SaveAsync(cache);

        Assert.That(store.Tags.Keys, Is.EqualTo(new[] { "registry.invalid/acme/app:main" }));
        Assert.That(cache.ParseTarget(Place + ",compression=own").Compression.Name, Is.EqualTo("own"));
    }

    [Test]
    public async Task Clock_loggers_and_meters_are_those_of_the_container()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using var log = new RecordedLog();
        await using var services = Services(s => s
            .AddSingleton<TimeProvider>(time).AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(log).AddMetrics()
            .AddRegistryCache().Configure((_, cache) => cache.UseStore(new InMemoryContentStore())));
        var cache = services.GetRequiredService<BuildCache>();
        using var saved = new MetricCollector<long>(
            services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), BuildCache.MeterName, "registrycache.saved");

        await SaveAsync(cache);
        var keys = await cache.Folders(Place).ListAsync();

        Assert.That(keys.Single().CreatedAt, Is.EqualTo(CacheTime.From(time.GetUtcNow())));
        Assert.That(saved.GetMeasurementSnapshot().Select(m => m.Value), Is.EqualTo(new[] { saved.LastMeasurement!.Value }).And.All.Positive);
        Assert.That(log.Lines, Is.Not.Empty);
    }

    [Test]
    public void Disposal_works_synchronously_and_ends_everything()
    {
        var provider = Services(s => s.AddRegistryCache());
        var cache = provider.GetRequiredService<BuildCache>();
        var client = provider.GetRequiredService<RegistryClient>();

        provider.Dispose();

        Assert.That(() => cache.CreateImporter(Place), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => client.OpenRepository("ghcr.io", "a/b"), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(provider.Dispose, Throws.Nothing);
    }

    [Test]
    public void A_provider_that_is_disposed_asynchronously_only_is_waited_for()
    {
        var stores = new Mock<ICacheStoreProvider>();
        stores.Setup(s => s.Kinds).Returns([]);
        var isDisposed = false;
        stores.Setup(s => s.DisposeAsync()).Returns(async () =>
        {
            await Task.Yield();
            isDisposed = true;
        });

        new BuildCacheBuilder().UseStores(stores.Object).Build().Dispose();

        Assert.That(isDisposed, Is.True);
    }

    private static ServiceProvider Services(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();

    private static async Task SaveAsync(BuildCache cache, string target = Place)
    {
        using var folder = new ScratchDirectory();
        await File.WriteAllTextAsync(folder["a.txt"], "a");
        await cache.Folders(target).SaveAsync("key", folder.Path);
    }

    private sealed class CyclicCredentials(BuildCache cache) : ICredentialProvider
    {
        public ValueTask<RegistryCredential?> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException($"{cache} must not be there.");
    }

    private sealed class OwnCredentials : ICredentialProvider
    {
        public ValueTask<RegistryCredential?> GetCredentialAsync(string registry, string repository, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<RegistryCredential?>(RegistryCredential.FromPassword("bot", "secret-1"));
    }
}
