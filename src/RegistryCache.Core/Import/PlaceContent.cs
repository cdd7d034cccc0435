namespace RegistryCache.Core.Format;

/// <summary>What a tag points at: a cache, something else, or a cache that cannot be read.</summary>
/// <param name="Digest">The digest of the manifest, if it can be told.</param>
internal sealed record TagContent(Digest? Digest)
{
    /// <summary>The manifest of a cache.</summary>
    public Descriptor? Manifest { get; init; }

    /// <summary>The config of a cache that can be read.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The cache; empty when there is none, it cannot be read, or it was not asked for.</summary>
    public CacheGraph Graph { get; init; } = CacheGraph.Empty;

    /// <summary>What it is instead of a cache, such as <c>an image</c>.</summary>
    public string? Other { get; init; }

    /// <summary>Why it cannot be read: the manifest or the config is missing, damaged or malformed.</summary>
    public RegistryCacheException? Problem { get; init; }

    /// <summary>Whether it is a cache in which no problem was found.</summary>
    public bool IsSound => Manifest is not null && Problem is null;

    /// <summary>What is lost when the tag is moved, for a person; <see langword="null"/> when nothing is.</summary>
    public string? Loss(string tag, string store) =>
        Other is not null ? $"{tag} in {store} held {Other}, not a cache; it was replaced."
        : Problem is not null ? $"What {tag} in {store} held could not be read and was replaced: {Problem.Message}"
        : null;
}
