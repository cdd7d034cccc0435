using System.Collections.Immutable;

namespace RegistryCache.Oci.Layout;

/// <summary>What <see cref="OciLayoutStore.ResetAsync"/> did.</summary>
internal sealed record LayoutResetReport
{
    /// <summary>Why nothing was removed, or <see langword="null"/> if blobs could be removed.</summary>
    public string? Refusal { get; init; }

    /// <summary>The blobs that were removed, with their sizes.</summary>
    public ImmutableDictionary<Digest, long> Removed { get; init; } = ImmutableDictionary<Digest, long>.Empty;

    /// <summary>The blobs that were removed.</summary>
    public ImmutableArray<Digest> RemovedBlobs => [.. Removed.Keys];

    /// <summary>The total size of the removed blobs in bytes.</summary>
    public long RemovedBytes => Removed.Values.Sum();

    /// <summary>The number of blobs that a tag reaches.</summary>
    public int ReachableBlobs { get; init; }

    /// <summary>The number of blobs that no tag reaches but that are younger than the grace period.</summary>
    public int SparedBlobs { get; init; }

    /// <summary>The total size of those blobs in bytes.</summary>
    public long SparedBytes { get; init; }

    /// <summary>The total size of the blobs that no tag reaches and that a reader still uses, in bytes.</summary>
    public long PromisedBytes { get; init; }

    /// <summary>The number of abandoned writes that were removed.</summary>
    public int RemovedIngests { get; init; }

    /// <summary>Files that were kept because they are not blobs or because they could not be removed.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}
