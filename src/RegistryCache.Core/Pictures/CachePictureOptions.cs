using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How a cache is drawn. Immutable.</summary>
public sealed record CachePictureOptions
{
    /// <summary>The title. Default <c>Build cache</c>.</summary>
    public string Title { get; init => field = Option.NotEmpty(value); } = "Build cache";

    /// <summary>What the colours show at first; <see langword="null"/>, the default, means the difference of two caches, else the
    /// age.</summary>
    public CachePictureColour? Colour { get; init => field = value is { } colour ? Option.Defined(colour) : null; }

    /// <summary>From how many records on several records become one box, until there are no more boxes than this: sources with the record
    /// that uses them, runs of records that only follow each other, and final records with the same inputs. Default 2500; at least
    /// 1.</summary>
    public int FoldAbove { get; init => field = Option.AtLeast(value, 1); } = 2500;
}
