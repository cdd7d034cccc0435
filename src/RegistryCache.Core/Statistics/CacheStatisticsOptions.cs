using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>What to find out about a cache beyond what its manifest and its config say. Immutable.</summary>
public sealed record CacheStatisticsOptions
{
    /// <summary>How many of the layers are read for their ratio of compression, in percent, rounded up: 0 to 100. Default 0:
    /// none.</summary>
    public double ReadPercent { get; init => field = Option.InRange(value, 0, 100); }

    /// <summary>Which layers are read when not all are: 0 or more. Default <see langword="null"/>: a random number, which the report
    /// names.</summary>
    public int? Seed { get; init => field = Option.AtLeast(value, 0); }

    /// <summary>A compression to try on each layer that is read; <see langword="null"/>, the default, for none. Nothing is
    /// stored.</summary>
    public LayerCompression? Try { get; init; }

    /// <summary>The level of <see cref="Try"/>; <see langword="null"/> for the codec's default.</summary>
    public int? Level { get; init; }

    /// <summary>The rules of a prune whose effect is foreseen. Default: results older than 30 days. Rules about tags cannot be
    /// used.</summary>
    public PruneRules Prune { get; init => field = Option.NotNull(value); } = new() { OlderThan = TimeSpan.FromDays(30) };

    /// <summary>Is told how far the layers are read. Default <see langword="null"/>: nobody.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }
}
