using System.Collections.Immutable;

namespace RegistryCache.Oci;

/// <summary>What <see cref="OciLayoutStore.ResetAsync"/> did.</summary>
public sealed record LayoutResetReport
{
    /// <summary>Why nothing was removed, or <see langword="null"/> when the collection ran.</summary>
    public string? Refusal { get; init; }

    /// <summary>The blobs that were removed.</summary>
    public ImmutableArray<Digest> RemovedBlobs { get; init; } = [];

    /// <summary>The bytes that the removed blobs had.</summary>
    public long RemovedBytes { get; init; }

    /// <summary>Blobs that a tag reaches.</summary>
    public int ReachableBlobs { get; init; }

    /// <summary>Blobs that no tag reaches but that are younger than the grace period.</summary>
    public int SparedBlobs { get; init; }

    /// <summary>The bytes that those blobs have.</summary>
    public long SparedBytes { get; init; }

    /// <summary>Abandoned writes that were removed.</summary>
    public int RemovedIngests { get; init; }

    /// <summary>Files that were left alone because they are no blobs, or because they could not be removed.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}
