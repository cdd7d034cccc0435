using System.Globalization;

namespace RegistryCache;

/// <summary>What a healing did, or would do. Immutable.</summary>
public sealed record CacheHealing
{
    /// <summary>A healing, for a test that needs one.</summary>
    /// <param name="found">What was wrong.</param>
    public CacheHealing(CacheVerification found) => Found = found;

    /// <summary>What was wrong.</summary>
    public CacheVerification Found { get; }

    /// <summary>Whether nothing was changed, because it was only asked what would be.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The blobs that another source had, and that were put back.</summary>
    public IReadOnlyList<HealedBlob> PutBack { get; init; } = [];

    /// <summary>The records that lost a result, and how many. They stay in the cache with their links, so that steps after them can still
    /// be found.</summary>
    public IReadOnlyList<(CacheRecord Record, int Results)> Removed { get; init; } = [];

    /// <summary>The manifest that the tag points to at the end; <see langword="null"/> in a dry run that would move it, and without a
    /// cache.</summary>
    public Descriptor? Manifest { get; init; }

    /// <summary>Whether the tag was moved, or would be.</summary>
    public bool IsMoved { get; init; }

    /// <summary>Why the cache cannot be healed; <see langword="null"/> when it is sound at the end. The tag was not moved.</summary>
    public RegistryCacheException? Error { get; init; }

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Found.Source}: {Error?.Message ?? $"{PutBack.Count} blobs put back, {Removed.Sum(r => r.Results)} results removed"}");
}
