namespace RegistryCache.Storage;

/// <summary>What an <see cref="ICacheStoreProvider"/> opens: a <see cref="RepositoryLocation"/>, a <see cref="DirectoryLocation"/>, or what
/// a package derives for its own kind of cache. Equal when all options are.</summary>
public abstract record CacheLocation
{
    /// <summary>The location as a person would name it, without secrets and tags: <c>ghcr.io/acme/app</c>, <c>./cache</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The file or directory here that holds the cache, so that snapshots skip it. Default <see langword="null"/>.</summary>
    public virtual string? LocalPath => null;

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}
