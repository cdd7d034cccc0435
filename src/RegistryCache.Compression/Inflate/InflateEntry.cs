namespace RegistryCache.Compression.Inflate;

/// <summary>
/// The layout of an entry of <see cref="InflateTables"/>. One 32-bit value tells everything about a codeword, so that decoding it needs
/// one load: bits 0–5 how many bits to take (codeword and extra bits), bits 8–13 how many of these are the codeword, bits 16–30 the
/// literal, the base of the length or distance, or where the second-level table begins.
/// </summary>
internal static class InflateEntry
{
    /// <summary>Bits 0–7; a shift by the entry itself counts only its lowest six, which is why they stand there.</summary>
    public const uint TakenMask = 0xff;

    public const int CodewordShift = 8;

    public const int ValueShift = 16;

    /// <summary>Neither literal nor base: a second-level table, the end of the block, or, without any other flag, no codeword at all.</summary>
    public const uint Exceptional = 1u << 14;

    public const uint EndOfBlock = 1u << 15;

    public const uint SecondLevel = 1u << 30;

    public const uint Literal = 1u << 31;

    /// <summary>A bit sequence that stands for nothing.</summary>
    public const uint Invalid = Exceptional;

    /// <summary>What adds a codeword's length to an entry.</summary>
    public const uint CodewordBit = 1 | (1u << CodewordShift);

    public static uint Second(int start, int taken) => Exceptional | SecondLevel | ((uint)start << ValueShift) | (uint)taken;

    public static int SecondStart(uint entry) => (int)((entry & ~SecondLevel) >> ValueShift);
}
