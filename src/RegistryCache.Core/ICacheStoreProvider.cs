using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>Opens the stores behind references and directories. Packages that add a kind of store implement this; see <see cref="BuildCacheBuilder.UseStores"/>.</summary>
public interface ICacheStoreProvider : IAsyncDisposable
{
    /// <summary>Opens a repository of a registry, without contacting it; <see langword="null"/> when this provider has no registries.</summary>
    /// <param name="reference">Names the registry and the repository; tag and digest do not matter here.</param>
    /// <param name="insecure">The <c>registry.insecure</c> parameter.</param>
    IContentStore? OpenRegistry(ImageReference reference, bool insecure);

    /// <summary>Opens an OCI layout directory, without creating it; <see langword="null"/> when this provider has no directories.</summary>
    /// <param name="directory">The path.</param>
    IContentStore? OpenDirectory(string directory);
}
