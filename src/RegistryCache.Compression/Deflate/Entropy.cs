using System.Numerics;

namespace RegistryCache.Compression.Deflate;

/// <summary>The minimum cost of symbols in bits. Uses fixed point, because the output must be the same on every machine.</summary>
internal static class Entropy
{
    public const int FractionBits = 10;

    private const int MantissaBits = 10;
    private const int FewLiterals = 256;

    private static readonly ushort[] _logarithms = BuildLogarithms();

    /// <summary>The average cost of a literal, in fixed point. <see langword="null"/> if there are too few literals.</summary>
    public static int? OfLiteral(SymbolCounts counts)
    {
        var (symbols, literals, weighted) = (0L, 0L, 0L);
        for (var symbol = 0; symbol < counts.Literals.Length; symbol++)
        {
            symbols += counts.Literals[symbol];
            if (symbol >= DeflateFormat.EndOfBlock)
                continue;
            literals += counts.Literals[symbol];
            weighted += Weighted(counts.Literals[symbol]);
        }

        return literals < FewLiterals ? null : (int)(((literals * Logarithm(symbols)) - weighted) / literals);
    }

    /// <summary>A count times its binary logarithm.</summary>
    public static long Weighted(long count) => count <= 1 ? 0 : count * Logarithm(count);

    private static long Logarithm(long count)
    {
        var exponent = BitOperations.Log2((ulong)count);
        var mantissa = exponent <= MantissaBits ? count << (MantissaBits - exponent) : count >> (exponent - MantissaBits);
        return ((long)exponent << FractionBits) + _logarithms[mantissa - (1 << MantissaBits)];
    }

    /// <summary>The fractions of the binary logarithms from 1 to 2, computed by repeated squaring in integers.</summary>
    private static ushort[] BuildLogarithms()
    {
        var logarithms = new ushort[1 << MantissaBits];
        for (var i = 0; i < logarithms.Length; i++)
        {
            var value = (ulong)(logarithms.Length + i) << (30 - MantissaBits);
            var fraction = 0;
            for (var bit = FractionBits - 1; bit >= 0; bit--)
            {
                value = (value * value) >> 30;
                if (value < 1UL << 31)
                    continue;
                fraction |= 1 << bit;
                value >>= 1;
            }

            logarithms[i] = (ushort)fraction;
        }

        return logarithms;
    }
}
