namespace RegistryCache.Compression.Deflate;

/// <summary>The constants of the format. Source: RFC 1951, section 3.2.</summary>
internal static class DeflateFormat
{
    public const int WindowLength = 32 * 1024;
    public const int MinMatch = 3;
    public const int MaxMatch = 258;
    public const int MaxStoredLength = 65535;

    public const int EndOfBlock = 256;
    public const int FirstLengthSymbol = 257;
    public const int LiteralSymbols = 286;
    public const int DistanceSymbols = 30;
    public const int CodeLengthSymbols = 19;

    public const int MaxCodeLength = 15;
    public const int MaxCodeLengthCodeLength = 7;

    public const int StoredBlock = 0;
    public const int FixedBlock = 1;
    public const int DynamicBlock = 2;
    public const int BlockHeaderBits = 3;

    /// <summary>The order in which the lengths of the code length code are written.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>The symbol of each match length, minus <see cref="FirstLengthSymbol"/>.</summary>
    public static byte[] LengthSymbols { get; } = BuildLengthSymbols();

    /// <summary>The first length of each length symbol, and how many extra bits follow it.</summary>
    public static (int First, int ExtraBits)[] LengthRanges { get; } =
        [.. Enumerable.Range(0, LiteralSymbols - FirstLengthSymbol).Select(Length)];

    /// <summary>The first distance of each distance symbol, and how many extra bits follow it.</summary>
    public static (int First, int ExtraBits)[] DistanceRanges { get; } = [.. Enumerable.Range(0, DistanceSymbols).Select(Distance)];

    /// <summary>The symbols of distances up to 256, then of larger distances in steps of 128.</summary>
    public static byte[] NearAndFarSymbols { get; } = BuildDistanceSymbols();

    public static int DistanceSymbol(int distance) =>
        distance <= 256 ? NearAndFarSymbols[distance - 1] : NearAndFarSymbols[256 + ((distance - 1) >> 7)];

    private static (int First, int ExtraBits) Length(int index) => index switch
    {
        < 8 => (MinMatch + index, 0),
        28 => (MaxMatch, 0),
        _ => (MinMatch + ((4 + (index & 3)) << ((index >> 2) - 1)), (index >> 2) - 1),
    };

    private static (int First, int ExtraBits) Distance(int symbol) =>
        symbol < 4 ? (1 + symbol, 0) : (1 + ((2 + (symbol & 1)) << ((symbol >> 1) - 1)), (symbol >> 1) - 1);

    /// <summary>The code lengths of the fixed block type.</summary>
    public static int FixedLiteralLength(int symbol) => symbol switch
    {
        < 144 => 8,
        < 256 => 9,
        < 280 => 7,
        _ => 8,
    };

    private static byte[] BuildLengthSymbols()
    {
        var symbols = new byte[MaxMatch + 1];
        for (var index = 0; index < LiteralSymbols - FirstLengthSymbol; index++)
        {
            // The last symbol has a single length, which the symbol before it could also express.
            for (var length = Length(index).First; length <= MaxMatch; length++)
                symbols[length] = (byte)index;
        }

        return symbols;
    }

    private static byte[] BuildDistanceSymbols()
    {
        var symbols = new byte[512];
        for (var symbol = 0; symbol < DistanceSymbols; symbol++)
        {
            for (var distance = Distance(symbol).First; distance <= WindowLength; distance++)
            {
                if (distance <= 256)
                    symbols[distance - 1] = (byte)symbol;
                else
                    symbols[256 + ((distance - 1) >> 7)] = (byte)symbol;
            }
        }

        return symbols;
    }
}
