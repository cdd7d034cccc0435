namespace RegistryCache.Compression.EStargz;

/// <summary>A part of a file in an estargz blob. It begins at <paramref name="InnerOffset"/> of what the member at
/// <paramref name="Offset"/> decompresses to.</summary>
internal sealed record EStargzChunk(long Offset, long InnerOffset, long FileOffset, long Length, Digest Digest)
{
    /// <summary>Where the next member with payload begins. No more than that has to be fetched.</summary>
    public long End { get; set; }
}
