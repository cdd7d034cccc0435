using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Inflate;

/// <summary>The meaning of the deflate symbols, as table entries without the length of the codeword.</summary>
internal static class InflateSymbols
{
    /// <summary>Symbols of the fixed literal and length code. The last two have codewords but no meaning, and exist only here.</summary>
    public const int FixedLiteralCount = 288;

    /// <summary>Symbols of the fixed distance code. The last two have no meaning either.</summary>
    public const int FixedDistanceCount = 32;

    /// <summary>The maximum bits of a length: the codeword and five extra bits.</summary>
    public const int MaxLengthBits = DeflateFormat.MaxCodeLength + 5;

    /// <summary>The maximum bits of a distance: the codeword and thirteen extra bits.</summary>
    public const int MaxDistanceBits = DeflateFormat.MaxCodeLength + 13;

    private static readonly uint[] LiteralEntries =
    [
        .. Enumerable.Range(0, DeflateFormat.EndOfBlock).Select(literal => InflateEntry.Literal | Entry(literal, 0)),
        InflateEntry.Exceptional | InflateEntry.EndOfBlock,
        .. DeflateFormat.LengthRanges.Select(range => Entry(range.First, range.ExtraBits)),
        InflateEntry.Invalid,
        InflateEntry.Invalid,
    ];

    private static readonly uint[] DistanceEntries =
        [.. DeflateFormat.DistanceRanges.Select(range => Entry(range.First, range.ExtraBits)), InflateEntry.Invalid, InflateEntry.Invalid];

    private static readonly uint[] CodeLengthEntries =
        [.. Enumerable.Range(0, DeflateFormat.CodeLengthSymbols).Select(symbol => Entry(symbol, 0))];

    public static ReadOnlySpan<uint> Literals => LiteralEntries;

    public static ReadOnlySpan<uint> Distances => DistanceEntries;

    public static ReadOnlySpan<uint> CodeLengths => CodeLengthEntries;

    private static uint Entry(int value, int extraBits) => ((uint)value << InflateEntry.ValueShift) | (uint)extraBits;
}
