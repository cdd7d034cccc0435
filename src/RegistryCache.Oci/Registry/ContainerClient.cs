using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Registry;

/// <summary>A <see cref="RegistryClient"/> in a container, with connections from its <see cref="IHttpClientFactory"/>.</summary>
internal static class ContainerClient
{
    public static IServiceCollection Add(IServiceCollection services, Func<RegistryClientOptions, RegistryClientOptions>? configure)
    {
        services.AddSingleton(provider => new ConfiguredOptions(provider, configure));

        // The factory's own log would print whole URLs, and a Location URL can grant access like a password.
        foreach (var insecure in new[] { false, true })
        {
            services.AddHttpClient(NameOf(insecure)).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(provider =>
                provider.GetRequiredService<ConfiguredOptions>().CreateHandler(insecure));
        }

        services.AddSingleton(static provider =>
        {
            var configured = provider.GetRequiredService<ConfiguredOptions>();
            var factory = provider.GetRequiredService<IHttpMessageHandlerFactory>();
            return new RegistryClient(configured.Options, configured.Probe, new FactoryHandlers(factory));
        });
        return services;
    }

    private static string NameOf(bool insecure) => insecure ? RegistryClient.InsecureHttpClientName : RegistryClient.HttpClientName;

    private sealed class ConfiguredOptions
    {
        public ConfiguredOptions(IServiceProvider provider, Func<RegistryClientOptions, RegistryClientOptions>? configure)
        {
            var options = new RegistryClientOptions();
            if (provider.GetService<ILoggerFactory>() is { } loggers)
                options = options with { LoggerFactory = loggers };
            if (provider.GetService<TimeProvider>() is { } time)
                options = options with { TimeProvider = time };
            Options = configure?.Invoke(options) ?? options;
        }

        public RegistryClientOptions Options { get; }

        public TlsProbe Probe { get; } = new();

        public HttpMessageHandler CreateHandler(bool insecure) => HandlerFactory.Create(Options, insecure ? Probe : null);
    }

    // The factory replaces its handlers regularly, so the invoker asks it for each request.
    private sealed class FactoryHandlers(IHttpMessageHandlerFactory factory) : IHandlerSource
    {
        public HttpMessageInvoker Invoker(bool insecure) =>
            new(new FromFactory(factory, NameOf(insecure)));

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
