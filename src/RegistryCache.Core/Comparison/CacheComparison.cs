using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RegistryCache;

/// <summary>What two caches have in common, and what only one of them has. Immutable. Records are the same when a look-up in the one finds
/// the other: the same digest, and inputs that lead to it. Joining records do not count. "Left" is the first cache.</summary>
public sealed record CacheComparison
{
    /// <summary>A comparison, for a test that needs one.</summary>
    /// <param name="left">The first cache.</param>
    /// <param name="right">The second cache.</param>
    public CacheComparison(CacheSource left, CacheSource right) => (Left, Right) = (left, right);

    /// <summary>The first cache.</summary>
    public CacheSource Left { get; }

    /// <summary>The second cache.</summary>
    public CacheSource Right { get; }

    /// <summary>Whether both caches were found.</summary>
    [MemberNotNullWhen(true, nameof(LeftManifest), nameof(RightManifest))]
    public bool IsHit => LeftManifest is not null && RightManifest is not null;

    /// <summary>The caches that were not found, and why: one sentence, for a person.</summary>
    public IReadOnlyList<(CacheSource Source, string Reason)> Misses { get; init; } = [];

    /// <summary>The manifest of the first cache; <see langword="null"/> when there is none.</summary>
    public Descriptor? LeftManifest { get; init; }

    /// <summary>The manifest of the second cache; <see langword="null"/> when there is none.</summary>
    public Descriptor? RightManifest { get; init; }

    /// <summary>The records that only the first cache has.</summary>
    public IReadOnlyList<CacheRecord> OnlyLeft { get; init; } = [];

    /// <summary>The records that only the second cache has.</summary>
    public IReadOnlyList<CacheRecord> OnlyRight { get; init; } = [];

    /// <summary>The records of the first cache that the second one has too, with their results.</summary>
    public IReadOnlyList<ComparedRecord> Both { get; init; } = [];

    /// <summary>The different layers that only the first cache has, that only the second one has, and that both have, with their size in
    /// bytes. Layers are the same when their blobs are.</summary>
    public (LayerTotal OnlyLeft, LayerTotal OnlyRight, LayerTotal Both) Layers { get; init; }

    /// <summary>The layers that only the first cache has, although the second one has the same content in another blob.</summary>
    public LayerTotal OtherBlobs { get; init; }

    /// <summary>Whether there is no difference: the same records, with results of the same layers.</summary>
    public bool IsSame => IsHit && OnlyLeft.Count == 0 && OnlyRight.Count == 0 && Both.All(b => b.Outcome == ComparedResult.Same);

    /// <summary>The outcome on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{OnlyLeft.Count} records only in {Left}, {OnlyRight.Count} only in {Right}, {Both.Count} in both");
}
