using RegistryCache.Oci;
using RegistryCache.Oci.Stores;

namespace RegistryCache;

/// <summary>Adds registries and OCI layout directories to a cache.</summary>
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
            MeterFactory = builder.MeterFactory,
            Credentials = OciStoreProvider.DefaultCredentials(builder.TimeProvider, builder.LoggerFactory),
        };
        registry = configureRegistry?.Invoke(registry) ?? registry;
        layout ??= OciStoreProvider.LayoutOptions(builder);
        return builder.UseStores(new OciStoreProvider(new RegistryClient(registry), layout, ownsClient: true));
    }
}
