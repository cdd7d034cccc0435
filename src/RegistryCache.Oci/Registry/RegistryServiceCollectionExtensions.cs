using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci;
using RegistryCache.Oci.Http;
using RegistryCache.Oci.Registry;

namespace RegistryCache;

/// <summary>Adds a <see cref="RegistryClient"/> to a container, with connections from its <see cref="IHttpClientFactory"/>.</summary>
public static class RegistryServiceCollectionExtensions
{
    /// <summary>The name of the HTTP client for requests. Add your own handlers to it.</summary>
    public const string HttpClientName = "RegistryCache.Oci";

    /// <summary>The name of the HTTP client for repositories opened as insecure.</summary>
    public const string InsecureHttpClientName = "RegistryCache.Oci.Insecure";

    /// <summary>Adds one <see cref="RegistryClient"/> for the whole application.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets the options. The logger factory and the clock come from the container if it has them.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddRegistryCacheOci(this IServiceCollection services, Action<RegistryClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(provider => new ConfiguredOptions(provider, configure));

        // The factory's own log would print whole URLs, and a Location URL can grant access like a password.
        services.AddHttpClient(HttpClientName).RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(static provider =>
                provider.GetRequiredService<ConfiguredOptions>().CreateHandler(insecure: false));
        services.AddHttpClient(InsecureHttpClientName).RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(static provider =>
                provider.GetRequiredService<ConfiguredOptions>().CreateHandler(insecure: true));
        services.AddSingleton(static provider =>
        {
            var configured = provider.GetRequiredService<ConfiguredOptions>();
            var factory = provider.GetRequiredService<IHttpMessageHandlerFactory>();
            return new RegistryClient(configured.Options, configured.Probe, new FactoryHandlers(factory));
        });
        return services;
    }

    private sealed class ConfiguredOptions
    {
        public ConfiguredOptions(IServiceProvider provider, Action<RegistryClientOptions>? configure)
        {
            if (provider.GetService<ILoggerFactory>() is { } loggers)
                Options.LoggerFactory = loggers;
            if (provider.GetService<TimeProvider>() is { } time)
                Options.TimeProvider = time;
            configure?.Invoke(Options);
        }

        public RegistryClientOptions Options { get; } = new();

        public TlsProbe Probe { get; } = new();

        public HttpMessageHandler CreateHandler(bool insecure)
        {
            HttpMessageHandler handler = HandlerFactory.Create(Options, insecure ? Probe : null);
            return Options.ConfigureHandler?.Invoke(handler) ?? handler;
        }
    }

    // The factory replaces its handlers regularly, so the invoker asks it for each request.
    private sealed class FactoryHandlers(IHttpMessageHandlerFactory factory) : IHandlerSource
    {
        public HttpMessageInvoker Invoker(bool insecure) =>
            new(new FromFactory(factory, insecure ? InsecureHttpClientName : HttpClientName));

        public void Dispose()
        {
        }
    }

    private sealed class FromFactory(IHttpMessageHandlerFactory factory, string name) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var invoker = new HttpMessageInvoker(factory.CreateHandler(name), disposeHandler: false);
            return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
