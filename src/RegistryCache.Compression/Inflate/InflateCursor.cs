namespace RegistryCache.Compression.Inflate;

/// <summary>The state of <see cref="InflateLoop"/>, as addresses in pinned arrays.</summary>
internal unsafe struct InflateCursor
{
    /// <summary>The first byte of the input that is not yet in <see cref="Bits"/>.</summary>
    public byte* In;

    /// <summary>No step starts at or after this address. The margin of the loop follows it.</summary>
    public byte* InLimit;

    /// <summary>The address of the next decoded byte.</summary>
    public byte* Out;

    /// <summary>No step starts at or after this address. <see cref="InflateWindow.Slack"/> bytes of room follow it.</summary>
    public byte* OutLimit;

    /// <summary>The oldest byte that a match may refer to.</summary>
    public byte* MemberStart;

    /// <summary>The entries of <see cref="InflateTables"/>.</summary>
    public uint* Tables;

    /// <summary>The next bits, lowest first.</summary>
    public ulong Bits;

    /// <summary>The lowest six bits are the number of loaded bits in <see cref="Bits"/> that were not consumed.</summary>
    public uint BitCount;
}
