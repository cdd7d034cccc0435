namespace RegistryCache;

/// <summary>The caches of a repository or of a directory, or the one that a tag holds. Immutable.</summary>
public sealed record CacheListing
{
    internal CacheListing(string place, IReadOnlyList<CacheTag> tags)
    {
        Place = place;
        Tags = tags;
    }

    /// <summary>The repository or the directory, as a person would name it.</summary>
    public string Place { get; }

    /// <summary>Whether the source named a tag or a digest, so that only this one was read.</summary>
    public bool IsOfOneTag { get; internal init; }

    /// <summary>The tags that hold a cache, the newest first.</summary>
    public IReadOnlyList<CacheTag> Tags { get; }

    /// <summary>How many of the tags that were read hold no cache, but for example an image.</summary>
    public int OtherTags { get; internal init; }

    /// <summary>The tags that could not be read: a manifest or a config is missing, damaged, malformed or too large.</summary>
    public IReadOnlyList<(string Tag, RegistryCacheException Error)> Failures { get; internal init; } = [];

    /// <summary>Whether every tag was read. If not, there are more tags than asked for, and sizes and counts are those of the tags that
    /// were read.</summary>
    public bool IsComplete { get; internal init; } = true;

    /// <summary>The number of different layers of all tags.</summary>
    public int Layers { get; internal init; }

    /// <summary>The size in bytes of all layers, each counted once.</summary>
    public long Size { get; internal init; }
}
