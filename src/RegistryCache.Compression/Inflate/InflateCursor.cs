namespace RegistryCache.Compression.Inflate;

/// <summary>Where <see cref="InflateLoop"/> stands, as addresses in pinned arrays.</summary>
internal unsafe struct InflateCursor
{
    /// <summary>The first byte of the input that is not yet among <see cref="Bits"/>.</summary>
    public byte* In;

    /// <summary>No step begins at or behind it; the margin of the loop follows.</summary>
    public byte* InLimit;

    /// <summary>Where the next decoded byte goes.</summary>
    public byte* Out;

    /// <summary>No step begins at or behind it; <see cref="InflateWindow.Slack"/> bytes of room follow.</summary>
    public byte* OutLimit;

    /// <summary>The oldest byte that a match may refer to.</summary>
    public byte* MemberStart;

    /// <summary>The entries of <see cref="InflateTables"/>.</summary>
    public uint* Tables;

    /// <summary>The next bits, the first lowest.</summary>
    public ulong Bits;

    /// <summary>In its lowest six bits: how many of <see cref="Bits"/> were loaded and not taken.</summary>
    public uint BitCount;
}
