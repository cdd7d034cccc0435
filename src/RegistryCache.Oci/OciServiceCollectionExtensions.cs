using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci;

namespace RegistryCache;

/// <summary>Adds a <see cref="BuildCache"/> to a container.</summary>
public static class OciServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="BuildCache"/> for the whole application, with registries over <see cref="IHttpClientFactory"/> and OCI
    /// layout directories. Clock and logging come from the container if it has them, credentials from the default places (see
    /// <see cref="LoginCredentialProvider"/>).
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Configures the cache further: <c>b => b.UseCompression()</c> adds the codecs.</param>
    /// <param name="configureRegistry">Changes the options of the registry client.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddRegistryCache(
        this IServiceCollection services,
        Action<BuildCacheBuilder>? configure = null,
        Action<RegistryClientOptions>? configureRegistry = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRegistryCacheOci(options =>
        {
            options.Credentials = OciStoreProvider.DefaultCredentials(options.TimeProvider, options.LoggerFactory);
            configureRegistry?.Invoke(options);
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
}
