namespace RegistryCache.Oci;

/// <summary>Options for downloads of blobs.</summary>
public sealed class DownloadOptions
{
    /// <summary>
    /// The most ranges of one large blob that are read in parallel. Default 8, 1 to 16; 1 means one connection per blob. Each range holds
    /// one segment in memory.
    /// </summary>
    public int ParallelRanges { get; set; } = 8;

    /// <summary>
    /// The rate in bytes per second below which one connection is too slow: the rest of the blob is then read in parallel ranges, because
    /// many registries and proxies limit each connection. Default 50,000,000. <see cref="long.MaxValue"/> reads every large blob in
    /// parallel from its first byte, 0 none.
    /// </summary>
    public long ParallelBelow { get; set; } = 50_000_000;

    /// <summary>The size of a segment in bytes when ranges are read in parallel. Default 4 MiB, 64 KiB to 64 MiB.</summary>
    public int SegmentBytes { get; set; } = 4 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ParallelRanges, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ParallelRanges, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(ParallelBelow);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 64 << 20);
    }
}
