using RegistryCache.Oci;

namespace RegistryCache;

/// <summary>Adds registries and OCI layout directories to a cache.</summary>
public static class OciBuilderExtensions
{
    /// <summary>Adds support for sources and targets of <c>type=registry</c> and <c>type=local</c>.</summary>
    /// <param name="builder">The builder. Set its clock and logging first.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static BuildCacheBuilder UseOci(this BuildCacheBuilder builder, OciStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registry = new RegistryClientOptions
        {
            TimeProvider = builder.TimeProvider,
            LoggerFactory = builder.LoggerFactory,
            Credentials = OciStoreProvider.DefaultCredentials(builder.TimeProvider, builder.LoggerFactory),
        };
        options?.ConfigureRegistry?.Invoke(registry);
        var layout = options?.Layout ?? OciStoreProvider.LayoutOptions(builder);
        return builder.UseStores(new OciStoreProvider(new RegistryClient(registry), layout, ownsClient: true));
    }
}
