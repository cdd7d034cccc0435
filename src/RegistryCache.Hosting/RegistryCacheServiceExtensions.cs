using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using RegistryCache.Hosting.Composition;
using RegistryCache.Oci;

namespace RegistryCache;

/// <summary>Adds caches to a container. Each is a <see cref="BuildCache"/> for the whole application, with registries over
/// <see cref="IHttpClientFactory"/>, OCI layout directories and all codecs, and its <see cref="RegistryClient"/>. Clock, loggers, meters
/// and credentials come from the container if it has them. Settings are validated when the host starts. Calls for the same cache add
/// up.</summary>
public static class RegistryCacheServiceExtensions
{
    /// <summary>Adds the cache with settings from a configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="section">The section with the settings, see <see cref="RegistryCacheSettings"/>. A name in it that is no setting is an
    /// error. It is read once.</param>
    public static RegistryCacheServices AddRegistryCache(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddRegistryCache(settings => SettingsBinder.Bind(section, settings));
    }

    /// <summary>Adds the cache.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the settings; <see langword="null"/> for the defaults.</param>
    public static RegistryCacheServices AddRegistryCache(
        this IServiceCollection services, Action<RegistryCacheSettings>? configure = null) =>
        Add(services, Options.DefaultName, (_, settings) => configure?.Invoke(settings));

    /// <summary>Adds the cache with settings that depend on other services.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the settings.</param>
    public static RegistryCacheServices AddRegistryCache(
        this IServiceCollection services, Action<IServiceProvider, RegistryCacheSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, Options.DefaultName, configure);
    }

    /// <summary>Adds a cache with a key, with settings from a configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key, for <c>[FromKeyedServices]</c>. Not empty.</param>
    /// <param name="section">The section with the settings. A name in it that is no setting is an error. It is read once.</param>
    public static RegistryCacheServices AddKeyedRegistryCache(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddKeyedRegistryCache(name, settings => SettingsBinder.Bind(section, settings));
    }

    /// <summary>Adds a cache with a key.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key, for <c>[FromKeyedServices]</c>. Not empty.</param>
    /// <param name="configure">Changes the settings; <see langword="null"/> for the defaults.</param>
    public static RegistryCacheServices AddKeyedRegistryCache(
        this IServiceCollection services, string name, Action<RegistryCacheSettings>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name, (_, settings) => configure?.Invoke(settings));
    }

    /// <summary>Adds a cache with a key, with settings that depend on other services.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key, for <c>[FromKeyedServices]</c>. Not empty.</param>
    /// <param name="configure">Changes the settings.</param>
    public static RegistryCacheServices AddKeyedRegistryCache(
        this IServiceCollection services, string name, Action<IServiceProvider, RegistryCacheSettings> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, name, configure);
    }

    private static RegistryCacheServices Add(
        IServiceCollection services, string name, Action<IServiceProvider, RegistryCacheSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RegistryCacheSettings>(name).Configure<IServiceProvider>((settings, provider) => configure(provider, settings));
        var known = services.FirstOrDefault(s => s.ServiceType == typeof(CacheComposition) && name.Equals(s.ServiceKey));
        if (known?.KeyedImplementationInstance is CacheComposition composition)
            return new RegistryCacheServices(services, name, composition);

        return new RegistryCacheServices(services, name, AddFirst(services, name));
    }

    private static CacheComposition AddFirst(IServiceCollection services, string name)
    {
        object? key = name.Length == 0 ? null : name;
        if (services.Any(s => s.ServiceType == typeof(BuildCache) && Equals(s.ServiceKey, key)))
        {
            throw new InvalidOperationException(
                "The container has a BuildCache already. Add one with AddRegistryCache, or one of your own.");
        }

        var composition = new CacheComposition();
        services.AddKeyedSingleton(name, composition);
        services.AddKeyedSingleton(name, (provider, _) => new CacheFactory(provider, name, services));
        services.AddOptions<RegistryCacheSettings>(name).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RegistryCacheSettings>>(new SettingsValidator(name));
        services.AddKeyedSingleton(key, (provider, _) => Factory(provider).CreateClient());
        services.AddKeyedSingleton(key, (provider, _) => Factory(provider).CreateCache());

        // The factory's own log would print whole URLs, and a Location URL can grant access like a password.
        foreach (var insecure in new[] { false, true })
        {
            services.AddHttpClient(HttpClientNames.Of(name, insecure)).RemoveAllLoggers()
                .ConfigurePrimaryHttpMessageHandler(provider => Factory(provider).CreateHandler(insecure));

            // After the handlers of the user, so it sees what they repeat.
            services.PostConfigure<HttpClientFactoryOptions>(HttpClientNames.Of(name, insecure), options =>
                options.HttpMessageHandlerBuilderActions.Add(FactoryHandlers.SendBodiesOnce));
        }

        return composition;

        CacheFactory Factory(IServiceProvider provider) => provider.GetRequiredKeyedService<CacheFactory>(name);
    }
}
