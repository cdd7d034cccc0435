namespace RegistryCache.Storage;

/// <summary>Opens the stores of sources and targets, for packages with their own; see <see cref="BuildCacheBuilder.UseStores"/>.</summary>
public interface ICacheStoreProvider : IAsyncDisposable
{
    /// <summary>The kinds of cache that this provider adds to registry, local and inline. Default: none.</summary>
    IReadOnlyCollection<ICacheKind> Kinds => [];

    /// <summary>Whether other providers are asked before this one, in whatever order they were added, as before one that opens every
    /// registry and directory. Default <see langword="false"/>.</summary>
    bool IsFallback => false;

    /// <summary>Opens a store, without contacting or creating it; <see langword="null"/> for a location of another provider.</summary>
    /// <param name="location">Where it is.</param>
    IContentStore? Open(CacheLocation location);
}
