namespace RegistryCache.Storage;

/// <summary>
/// What an <see cref="ICacheStoreProvider"/> opens: a <see cref="RepositoryLocation"/>, a <see cref="DirectoryLocation"/>, or what a package
/// derives for its own kind of cache. Equal when all options are.
/// </summary>
public abstract record CacheLocation
{
    /// <summary>The location as a person would name it, without secrets and tags: <c>ghcr.io/acme/app</c>, <c>./cache</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The file or directory of this machine that the cache is in, so that a snapshot of a folder leaves it out. Default <see langword="null"/>: none.</summary>
    public virtual string? LocalPath => null;

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}
