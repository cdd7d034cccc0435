using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RegistryCache.Oci;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Registry;
using RegistryCache.Oci.Stores;

namespace RegistryCache.Hosting.Composition;

/// <summary>Makes what a container has of one cache: its settings as options, its client, the cache itself.</summary>
internal sealed class CacheFactory(IServiceProvider services, string name, IServiceCollection added)
{
    private readonly CacheComposition _composition = services.GetRequiredKeyedService<CacheComposition>(name);
    private readonly ILoggerFactory _loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
    private readonly TimeProvider _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private readonly IMeterFactory? _meters = services.GetService<IMeterFactory>();
    private readonly SettingsReader _settings = new(services.GetRequiredService<IOptionsMonitor<RegistryCacheSettings>>().Get(name));
    private readonly TlsProbe _probe = new();
    private RegistryClientOptions? _registry;
    private bool _isAsked;

    public BuildCache CreateCache()
    {
        var builder = new BuildCacheBuilder()
            .UseLogging(_loggers).UseTimeProvider(_time)
            .UseLimits(_settings.Limits()).UseLayerOptions(_settings.Layers()).UseExportOptions(_settings.Export())
            .UseCodecs(LayerCodecs.All());
        if (_meters is not null)
            builder.UseMeters(_meters);
        if (_settings.LocalBlobs() is var (directory, maxBytes))
            builder.UseLocalBlobs(directory, maxBytes);

        // The container owns the client and disposes it after the cache.
        var client = Of<RegistryClient>();
        builder.UseStores(new OciStoreProvider(client, _settings.Directories(OciStoreProvider.LayoutOptions(builder)), ownsClient: false));
        foreach (var use in _composition.Cache)
            use(services, builder);
        return builder.Build();
    }

    public RegistryClient CreateClient() => new(
        RegistryOptions(), _probe, new FactoryHandlers(services.GetRequiredService<IHttpMessageHandlerFactory>(), name));

    /// <summary>The handler that the container's factory puts behind those of the user.</summary>
    public HttpMessageHandler CreateHandler(bool insecure) => HandlerFactory.Create(RegistryOptions(), insecure ? _probe : null);

    private RegistryClientOptions RegistryOptions()
    {
        if (_registry is not null)
            return _registry;

        // The container makes each singleton under a lock, so only a service that this cache needs comes here twice.
        if (_isAsked)
        {
            throw new InvalidOperationException(
                "A service that the cache needs, such as its ICredentialProvider, asks for the cache itself, "
                + "or for its RegistryClient. Remove that dependency, or ask for the cache later, when it is used.");
        }

        _isAsked = true;
        try
        {
            return _registry = MakeOptions();
        }
        finally
        {
            _isAsked = false;
        }
    }

    private RegistryClientOptions MakeOptions()
    {
        RefuseScoped();
        var options = _settings.Registry(new RegistryClientOptions
        {
            LoggerFactory = _loggers,
            TimeProvider = _time,
            MeterFactory = _meters,
            Credentials = _composition.Credentials?.Invoke(services) ?? Find<ICredentialProvider>() ?? DefaultCredentials(),
        });
        foreach (var configure in _composition.Registry)
            options = configure(services, options);
        return options;
    }

    // Without validation of scopes the container would give a scoped service for the whole life of the cache.
    private void RefuseScoped()
    {
        var scoped = added.Reverse().DistinctBy(static s => (s.ServiceType, s.ServiceKey))
            .FirstOrDefault(s => s.Lifetime == ServiceLifetime.Scoped && IsUsed(s));
        if (scoped is not null)
        {
            throw new InvalidOperationException($"{scoped.ServiceType} is a scoped service, but a cache lives as long as the application. "
                + "Add it as a singleton; it can make a scope of its own with IServiceScopeFactory.");
        }
    }

    private bool IsUsed(ServiceDescriptor service) => _composition.Named.Contains(service.ServiceType)
        || (service.ServiceType == typeof(ICredentialProvider) && _composition.Credentials is null
            && (service.ServiceKey is null || name.Equals(service.ServiceKey)));

    private CredentialProvider DefaultCredentials()
    {
        var usual = OciStoreProvider.DefaultCredentials(_time, _loggers);
        var own = _settings.Credentials();
        return own.Count == 0 ? usual : CredentialProvider.FirstOf(CredentialProvider.FromMemory(own), usual);
    }

    private T Of<T>()
        where T : class => name.Length == 0 ? services.GetRequiredService<T>() : services.GetRequiredKeyedService<T>(name);

    private T? Find<T>()
        where T : class => (name.Length == 0 ? null : services.GetKeyedService<T>(name)) ?? services.GetService<T>();
}
