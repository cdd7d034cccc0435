namespace RegistryCache.Compression.EStargz;

/// <summary>A part of a file in an estargz blob.</summary>
/// <param name="Offset">Where the member begins in the blob.</param>
/// <param name="InnerOffset">Where the part begins in what the member decompresses to.</param>
/// <param name="FileOffset">Where the part begins in the file.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Digest">The digest of the part.</param>
internal sealed record EStargzChunk(long Offset, long InnerOffset, long FileOffset, long Length, Digest Digest)
{
    /// <summary>Where the next member with payload begins. No more than that has to be fetched.</summary>
    public long End { get; set; }
}
