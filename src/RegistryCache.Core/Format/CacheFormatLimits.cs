using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How much of a foreign cache is read before it is refused with <see cref="LimitExceededException"/>. An export that exceeds
/// these limits is refused too. The defaults are far above what BuildKit reads; they limit the memory for a hostile cache.</summary>
public sealed record CacheFormatLimits
{
    /// <summary>The largest manifest and the largest config, each, that BuildKit reads: 1 MiB. Source: BuildKit
    /// cache/remotecache/import.go, readBlob.</summary>
    public const long BuildKitMaxBytes = 1 << 20;

    /// <summary>The defaults.</summary>
    public static CacheFormatLimits Default { get; } = new();

    /// <summary>The largest manifest to read, in bytes. Default 16 MiB, enough for 50,000 layer entries.</summary>
    public long MaxManifestBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 16 << 20;

    /// <summary>The largest cache config or image config to read, in bytes. Default 128 MiB.</summary>
    public long MaxConfigBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 128 << 20;

    /// <summary>The most records in a config. Default 2,000,000.</summary>
    public int MaxRecords { get; init => field = Option.AtLeast(value, 0); } = 2_000_000;

    /// <summary>The most layer entries in a config. Default 2,000,000.</summary>
    public int MaxLayers { get; init => field = Option.AtLeast(value, 0); } = 2_000_000;

    /// <summary>The most links, results and chain elements in a config, together. Default 10,000,000.</summary>
    public int MaxLinks { get; init => field = Option.AtLeast(value, 0); } = 10_000_000;

    /// <summary>The most manifests below an index that are searched for an inline cache. Default 1,000.</summary>
    public int MaxChildManifests { get; init => field = Option.AtLeast(value, 0); } = 1_000;

    /// <summary>How far the clocks of other machines may be ahead of this one. A result that is dated later than that is from the future:
    /// it is used only if there is no other. Default 5 minutes; 0 to 1 day.</summary>
    public TimeSpan MaxClockSkew { get; init => field = Option.InRange(value, TimeSpan.Zero, TimeSpan.FromDays(1)); } =
        TimeSpan.FromMinutes(5);

    /// <summary>The most steps to spend on merging equal records, see <see cref="CacheGraphBuilder"/>. Default 200,000,000.</summary>
    public long MaxMergeSteps { get; init => field = Option.AtLeast(value, 0); } = 200_000_000;
}
