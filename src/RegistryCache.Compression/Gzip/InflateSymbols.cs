namespace RegistryCache.Compression.Gzip;

/// <summary>What the symbols of deflate stand for, as table entries to which the length of the codeword is still to be added. Source: RFC 1951, 3.2.5 to 3.2.7.</summary>
internal static class InflateSymbols
{
    public const int EndOfBlock = 256;

    /// <summary>Symbols of the fixed literal and length code; of dynamic codes there are two fewer.</summary>
    public const int FixedLiteralCount = 288;

    public const int MaxLiteralCount = 286;

    public const int FixedDistanceCount = 32;

    public const int MaxDistanceCount = 30;

    public const int CodeLengthCount = 19;

    public const int MaxCodeLength = 15;

    public const int MaxMatchLength = 258;

    /// <summary>The most bits that a length takes: the codeword and five extra bits.</summary>
    public const int MaxLengthBits = MaxCodeLength + 5;

    /// <summary>The most bits that a distance takes: the codeword and thirteen extra bits.</summary>
    public const int MaxDistanceBits = MaxCodeLength + 13;

    private static readonly uint[] LiteralEntries = CreateLiterals();
    private static readonly uint[] DistanceEntries = CreateDistances();
    private static readonly uint[] CodeLengthEntries = [.. Enumerable.Range(0, CodeLengthCount).Select(symbol => Entry(symbol, 0))];

    public static ReadOnlySpan<uint> Literals => LiteralEntries;

    public static ReadOnlySpan<uint> Distances => DistanceEntries;

    public static ReadOnlySpan<uint> CodeLengths => CodeLengthEntries;

    /// <summary>In which order a block states the lengths of the code length code.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private static uint[] CreateLiterals()
    {
        var entries = new uint[FixedLiteralCount];
        for (var literal = 0; literal < EndOfBlock; literal++)
            entries[literal] = InflateEntry.Literal | Entry(literal, 0);
        entries[EndOfBlock] = InflateEntry.Exceptional | InflateEntry.EndOfBlock;

        // Eight lengths without extra bits, then four for each number of extra bits; the longest has a symbol without extra bits.
        var length = 3;
        for (var i = 0; i < 28; i++)
        {
            var extra = i < 8 ? 0 : (i / 4) - 1;
            entries[EndOfBlock + 1 + i] = Entry(length, extra);
            length += 1 << extra;
        }

        entries[EndOfBlock + 29] = Entry(MaxMatchLength, 0);
        entries.AsSpan(MaxLiteralCount).Fill(InflateEntry.Invalid);
        return entries;
    }

    private static uint[] CreateDistances()
    {
        var entries = new uint[FixedDistanceCount];
        var distance = 1;
        for (var i = 0; i < MaxDistanceCount; i++)
        {
            var extra = i < 4 ? 0 : (i / 2) - 1;
            entries[i] = Entry(distance, extra);
            distance += 1 << extra;
        }

        entries.AsSpan(MaxDistanceCount).Fill(InflateEntry.Invalid);
        return entries;
    }

    private static uint Entry(int value, int extraBits) => ((uint)value << InflateEntry.ValueShift) | (uint)extraBits;
}
