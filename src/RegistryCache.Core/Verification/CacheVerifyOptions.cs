using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How thoroughly to verify a cache. Immutable.</summary>
public sealed record CacheVerifyOptions
{
    /// <summary>How many of the layers are read whole, in percent, rounded up: 0 to 100. Default 0: every layer is looked for and its size
    /// is compared, and none is read. 100 reads every layer. The manifest and the config are always read.</summary>
    public double ReadPercent { get; init => field = Option.InRange(value, 0, 100); }

    /// <summary>Which layers are read when not all are: the same number chooses the same layers of the same cache. Default
    /// <see langword="null"/>: a random number, which the report names. 0 or more.</summary>
    public int? Seed { get; init => field = Option.AtLeast(value, 0); }

    /// <summary>How many layers are read at a time. Default 4; 1 to 64.</summary>
    public int MaxParallelReads { get; init => field = Option.InRange(value, 1, 64); } = 4;

    /// <summary>How many layers are looked for at a time. Default 16; 1 to 64.</summary>
    public int MaxParallelLooks { get; init => field = Option.InRange(value, 1, 64); } = 16;

    /// <summary>Receives how far the phase <see cref="CachePhase.Verifying"/> is; <see langword="null"/> by default. A layer that is only
    /// looked for counts with its size.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }
}
