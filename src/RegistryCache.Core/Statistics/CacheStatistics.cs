using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RegistryCache;

/// <summary>Where the bytes of a cache are, and what would save some. Sizes are bytes of compressed layers, each layer counted once; the
/// layers of other tags do not count. Immutable.</summary>
public sealed record CacheStatistics
{
    /// <summary>Statistics, for a test that needs some.</summary>
    /// <param name="source">The cache.</param>
    public CacheStatistics(CacheSource source) => Source = source;

    /// <summary>The cache.</summary>
    public CacheSource Source { get; }

    /// <summary>Whether there is a cache.</summary>
    [MemberNotNullWhen(true, nameof(Manifest))]
    public bool IsHit => Manifest is not null;

    /// <summary>Why there is no cache: one sentence, for a person. <see langword="null"/> when there is one.</summary>
    public string? Miss { get; init; }

    /// <summary>The manifest; <see langword="null"/> when there is no cache.</summary>
    public Descriptor? Manifest { get; init; }

    /// <summary>The cache config; <see langword="null"/> for a cache inside an image, and when there is none.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The size of the manifest or of the config, whichever is larger, as a share of the 1 MiB that BuildKit reads: 1 is all.
    /// Above 1, BuildKit ignores the cache and does not say so. 0 for a cache inside an image.</summary>
    public double LimitShare => Config is null ? 0
        : Math.Max(Manifest?.Size ?? 0, Config.Size) / (double)CacheFormatLimits.BuildKitMaxBytes;

    /// <summary>Whether <see cref="LimitShare"/> is 0.8 or more.</summary>
    public bool IsNearLimit => LimitShare >= 0.8;

    /// <summary>The records, without a joining record.</summary>
    public int Records { get; init; }

    /// <summary>The results with layers.</summary>
    public int Results { get; init; }

    /// <summary>The different layers.</summary>
    public LayerTotal Layers { get; init; }

    /// <summary>The layers by the age of the newest result that needs them, the newest first: those younger than the age and not in a row
    /// before. The last row, <see cref="TimeSpan.MaxValue"/>, is all that is older or has no time. Exact.</summary>
    public IReadOnlyList<(TimeSpan Below, LayerTotal Layers)> ByAge { get; init; } = [];

    /// <summary>The layers by the first stage of the graph that needs them. Stage 0 are the records without inputs; the stage of any other
    /// record is one more than the largest stage of its inputs. Exact.</summary>
    public IReadOnlyList<(int Stage, int Records, LayerTotal Layers)> ByStage { get; init; } = [];

    /// <summary>The layers by compression, as their descriptors name it, and the ratio of those that were read.</summary>
    public IReadOnlyList<CompressionShare> ByCompression { get; init; } = [];

    /// <summary>The number that chose the layers to read.</summary>
    public int Seed { get; init; }

    /// <summary>The layers that an export with <c>mode=min</c> would leave out. Exact.</summary>
    public LayerTotal SavedByModeMin { get; init; }

    /// <summary>The layers that no result would need after a prune by <see cref="CacheStatisticsOptions.Prune"/>. Exact.</summary>
    public LayerTotal SavedByPruning { get; init; }

    /// <summary>What such a prune would remove; <see langword="null"/> when there is no cache.</summary>
    public PrunedGraph? Pruned { get; init; }

    /// <summary>What the other compression would save; <see langword="null"/> when none was tried.</summary>
    public CompressionTrial? Trial { get; init; }

    /// <summary>The totals on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Source}: {Records} records, {Layers.Count} layers, {Layers.Bytes} bytes");
}
