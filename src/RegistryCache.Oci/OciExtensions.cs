using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci;
using RegistryCache.Oci.Registry;
using RegistryCache.Oci.Stores;

namespace RegistryCache;

/// <summary>Adds registries and OCI layout directories to a cache, in code or in a container.</summary>
public static class OciExtensions
{
    /// <summary>Adds support for sources and targets of <c>type=registry</c> and <c>type=local</c>.</summary>
    /// <param name="builder">The builder. Set its clock and logging first.</param>
    /// <param name="configureRegistry">Changes the options of the registry client: <c>o => o with { StallTimeout = … }</c>. The options
    /// already have the builder's clock and logging, and the credentials of <see cref="CredentialProvider.FromEnvironment"/>, then of
    /// <see cref="CredentialProvider.FromLogin"/>.</param>
    /// <param name="layout">The options of OCI layout directories; <see langword="null"/> for the defaults with the builder's clock and
    /// logging.</param>
    /// <returns>The same builder.</returns>
    public static BuildCacheBuilder UseOci(
        this BuildCacheBuilder builder,
        Func<RegistryClientOptions, RegistryClientOptions>? configureRegistry = null,
        OciLayoutOptions? layout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registry = new RegistryClientOptions
        {
            TimeProvider = builder.TimeProvider,
            LoggerFactory = builder.LoggerFactory,
            Credentials = OciStoreProvider.DefaultCredentials(builder.TimeProvider, builder.LoggerFactory),
        };
        registry = configureRegistry?.Invoke(registry) ?? registry;
        layout ??= OciStoreProvider.LayoutOptions(builder);
        return builder.UseStores(new OciStoreProvider(new RegistryClient(registry), layout, ownsClient: true));
    }

    /// <summary>Adds one <see cref="BuildCache"/> for the whole application, with registries over <see cref="IHttpClientFactory"/> and OCI
    /// layout directories. Clock and logging come from the container if it has them, credentials from the default places, as for
    /// <see cref="UseOci"/>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Configures the cache further: <c>b => b.UseCompression()</c> adds the codecs.</param>
    /// <param name="configureRegistry">Changes the options of the registry client.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddRegistryCache(
        this IServiceCollection services,
        Action<BuildCacheBuilder>? configure = null,
        Func<RegistryClientOptions, RegistryClientOptions>? configureRegistry = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRegistryCacheOci(options =>
        {
            options = options with { Credentials = OciStoreProvider.DefaultCredentials(options.TimeProvider, options.LoggerFactory) };
            return configureRegistry?.Invoke(options) ?? options;
        });
        return services.AddSingleton(provider =>
        {
            var builder = new BuildCacheBuilder();
            if (provider.GetService<ILoggerFactory>() is { } loggers)
                builder.UseLogging(loggers);
            if (provider.GetService<TimeProvider>() is { } time)
                builder.UseTimeProvider(time);

            // The container owns the client and disposes it after the cache.
            builder.UseStores(new OciStoreProvider(
                provider.GetRequiredService<RegistryClient>(), OciStoreProvider.LayoutOptions(builder), ownsClient: false));
            configure?.Invoke(builder);
            return builder.Build();
        });
    }

    /// <summary>Adds one <see cref="RegistryClient"/> for the whole application, with connections from the container's
    /// <see cref="IHttpClientFactory"/>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the options. The logger factory and the clock come from the container if it has them.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddRegistryCacheOci(
        this IServiceCollection services, Func<RegistryClientOptions, RegistryClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return ContainerClient.Add(services, configure);
    }
}
