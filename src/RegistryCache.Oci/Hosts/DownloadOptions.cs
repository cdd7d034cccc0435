namespace RegistryCache.Oci;

/// <summary>Options for downloads of blobs.</summary>
public sealed class DownloadOptions
{
    /// <summary>How many ranges of one large blob are read in parallel. Default 1, 1 to 16. Each holds one segment in memory.</summary>
    public int ParallelRanges { get; set; } = 1;

    /// <summary>The size of a segment in bytes when ranges are read in parallel. Default 8 MiB, 64 KiB to 64 MiB.</summary>
    public int SegmentBytes { get; set; } = 8 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ParallelRanges, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ParallelRanges, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 64 << 20);
    }
}
