using System.Globalization;

namespace RegistryCache;

/// <summary>The caches of a repository or of a directory, or the one that a tag holds. Immutable.</summary>
public sealed record CacheListing
{
    /// <summary>A listing, for a test that needs one.</summary>
    /// <param name="place">The repository or the directory.</param>
    /// <param name="tags">The tags that hold a cache.</param>
    public CacheListing(string place, IReadOnlyList<CacheTag> tags)
    {
        Place = place;
        Tags = tags;
    }

    /// <summary>The repository or the directory, as a person would name it.</summary>
    public string Place { get; }

    /// <summary>Whether the source named a tag or a digest, so that only this one was read.</summary>
    public bool IsOfOneTag { get; init; }

    /// <summary>The tags that hold a cache, the newest first.</summary>
    public IReadOnlyList<CacheTag> Tags { get; }

    /// <summary>How many of the tags that were read hold no cache, but for example an image.</summary>
    public int OtherTags { get; init; }

    /// <summary>The tags that could not be read: a manifest or a config is missing, damaged, malformed or too large.</summary>
    public IReadOnlyList<(string Tag, RegistryCacheException Error)> Failures { get; init; } = [];

    /// <summary>Whether every tag was read. If not, there are more tags than asked for, and sizes and counts are those of the tags that
    /// were read.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The number of different layers of all tags.</summary>
    public int Layers { get; init; }

    /// <summary>The size in bytes of all layers, each counted once.</summary>
    public long Size { get; init; }

    /// <summary>The numbers on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Place}: {Tags.Count} tags with a cache, {OtherTags} others, {Failures.Count} unreadable, {Layers} layers, {Size} bytes");
}
