using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RegistryCache.Hosting.Composition;
using RegistryCache.Layers;
using RegistryCache.Oci;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>Adds services to a cache in a container. Calls add up in their order. A service that is named by its type is taken from the
/// container if it has one, and is added as a singleton otherwise.</summary>
public sealed class RegistryCacheServices
{
    private readonly CacheComposition _composition;

    internal RegistryCacheServices(IServiceCollection services, string name, CacheComposition composition)
    {
        Services = services;
        Name = name;
        _composition = composition;
    }

    /// <summary>The container.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The key of the cache; empty for the one without a key.</summary>
    public string Name { get; }

    /// <summary>Takes the credentials of all registries from a provider, and from nowhere else. Without this call they come from an
    /// <see cref="ICredentialProvider"/> of the container; without one from the settings, the environment and <c>docker
    /// login</c>.</summary>
    /// <typeparam name="T">The provider.</typeparam>
    /// <exception cref="InvalidOperationException">The cache has a provider already.</exception>
    public RegistryCacheServices UseCredentials<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, ICredentialProvider
    {
        Named<T>();
        return UseCredentials(static services => services.GetRequiredService<T>());
    }

    /// <inheritdoc cref="UseCredentials{T}()"/>
    /// <param name="provider">Gives the provider.</param>
    public RegistryCacheServices UseCredentials(Func<IServiceProvider, ICredentialProvider> provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (_composition.Credentials is not null)
        {
            throw new InvalidOperationException(
                "UseCredentials was called twice. One provider knows all credentials; CredentialProvider.FirstOf makes one of several.");
        }

        _composition.Credentials = provider;
        return this;
    }

    /// <summary>Adds a codec to those of RegistryCache.Compression.</summary>
    /// <typeparam name="T">The codec.</typeparam>
    public RegistryCacheServices UseCodecs<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, ILayerCodec
    {
        Named<T>();
        return Configure(static (services, cache) => cache.UseCodecs(services.GetRequiredService<T>()));
    }

    /// <summary>Adds a provider of stores, which comes before registries and directories.</summary>
    /// <typeparam name="T">The provider.</typeparam>
    public RegistryCacheServices UseStores<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, ICacheStoreProvider
    {
        Named<T>();
        return Configure(static (services, cache) => cache.UseStores(services.GetRequiredService<T>()));
    }

    /// <summary>Uses one store for every source and target, see <see cref="BuildCacheBuilder.UseStore"/>.</summary>
    /// <typeparam name="T">The store.</typeparam>
    public RegistryCacheServices UseStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IContentStore
    {
        Named<T>();
        return Configure(static (services, cache) => cache.UseStore(services.GetRequiredService<T>()));
    }

    /// <summary>Configures the cache with whatever its builder can do.</summary>
    /// <param name="configure">Called once, when the cache is made.</param>
    public RegistryCacheServices Configure(Action<IServiceProvider, BuildCacheBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _composition.Cache.Add(configure);
        return this;
    }

    /// <summary>Changes the options of the registry client, such as certificates, which settings cannot hold.</summary>
    /// <param name="configure">Called once, when the client is made. The options have the settings, the clock, the loggers and the
    /// credentials.</param>
    public RegistryCacheServices ConfigureRegistry(Func<IServiceProvider, RegistryClientOptions, RegistryClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _composition.Registry.Add(configure);
        return this;
    }

    /// <summary>Configures the HTTP clients of the cache, such as with a handler of your own. There are two: repositories that are opened
    /// as insecure have one of their own.</summary>
    /// <param name="configure">Called for each client. It must not follow redirects, store cookies or limit the time of a request.</param>
    public RegistryCacheServices ConfigureHttpClients(Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Services.AddHttpClient(HttpClientNames.Of(Name, insecure: false)));
        configure(Services.AddHttpClient(HttpClientNames.Of(Name, insecure: true)));
        return this;
    }

    private void Named<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class
    {
        Services.TryAddSingleton<T>();
        _composition.Named.Add(typeof(T));
    }
}
