using RegistryCache.Oci;

namespace RegistryCache.Hosting.Composition;

/// <summary>What was asked of one cache in a container, in the order of the calls. Calls for the same cache add up.</summary>
internal sealed class CacheComposition
{
    public List<Action<IServiceProvider, BuildCacheBuilder>> Cache { get; } = [];

    public List<Func<IServiceProvider, RegistryClientOptions, RegistryClientOptions>> Registry { get; } = [];

    /// <summary>Types that were named for this cache.</summary>
    public HashSet<Type> Named { get; } = [];

    /// <summary>The provider that <c>UseCredentials</c> named.</summary>
    public Func<IServiceProvider, ICredentialProvider>? Credentials { get; set; }
}
