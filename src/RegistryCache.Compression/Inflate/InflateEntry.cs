namespace RegistryCache.Compression.Inflate;

/// <summary>The layout of an entry of <see cref="InflateTables"/>. One 32-bit value describes a codeword, so decoding needs one load. Bits
/// 0–5: how many bits to consume (codeword and extra bits). Bits 8–13: how many of these are the codeword. Bits 16–30: the literal, the
/// base of the length or distance, or the start of the second-level table.</summary>
internal static class InflateEntry
{
    /// <summary>Bits 0–7. A shift by the entry itself uses only its lowest six bits, so the count is stored there.</summary>
    public const uint TakenMask = 0xff;

    public const int CodewordShift = 8;

    public const int ValueShift = 16;

    /// <summary>Not a literal and not a base: a second-level table, the end of the block, or an invalid codeword (no other flag).</summary>
    public const uint Exceptional = 1u << 14;

    public const uint EndOfBlock = 1u << 15;

    public const uint SecondLevel = 1u << 30;

    public const uint Literal = 1u << 31;

    public const uint Invalid = Exceptional;

    /// <summary>The value that adds a codeword's length to an entry.</summary>
    public const uint CodewordBit = 1 | (1u << CodewordShift);

    public static uint Second(int start, int taken) => Exceptional | SecondLevel | ((uint)start << ValueShift) | (uint)taken;

    public static int SecondStart(uint entry) => (int)((entry & ~SecondLevel) >> ValueShift);
}
