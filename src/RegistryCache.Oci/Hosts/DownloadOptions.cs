using RegistryCache.Core.Errors;

namespace RegistryCache.Oci;

/// <summary>Options for downloads of blobs.</summary>
public sealed record DownloadOptions
{
    /// <summary>The most ranges of one large blob that are read in parallel. Default 8, 1 to 16; 1 means one connection per blob. Each
    /// range holds one segment in memory.</summary>
    public int ParallelRanges { get; init => field = Option.InRange(value, 1, 16); } = 8;

    /// <summary>The rate in bytes per second below which one connection is too slow: the rest of the blob is then read in parallel ranges,
    /// because many registries and proxies limit each connection. Default 50,000,000. <see cref="long.MaxValue"/> reads every large blob in
    /// parallel from its first byte, 0 none.</summary>
    public long ParallelBelow { get; init => field = Option.AtLeast(value, 0); } = 50_000_000;

    /// <summary>The size of a segment in bytes when ranges are read in parallel. Default 4 MiB, 64 KiB to 64 MiB.</summary>
    public int SegmentBytes { get; init => field = Option.InRange(value, 64 << 10, 64 << 20); } = 4 << 20;
}
