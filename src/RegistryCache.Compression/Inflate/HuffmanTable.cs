using System.Numerics;
using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Inflate;

/// <summary>Builds the table that decodes a canonical Huffman code from its codeword lengths. Source: RFC 1951, 3.2.2.</summary>
internal static class HuffmanTable
{
    /// <summary>The maximum table size for a code with this many symbols.</summary>
    /// <remarks>Each second-level table holds at least two codewords, because a complete code has no node with one child.</remarks>
    public static int MaxLength(int symbols, int mainBits) =>
        (1 << mainBits) + (symbols / 2 * (1 << (DeflateFormat.MaxCodeLength - mainBits)));

    /// <summary>Fills a table with an index of <paramref name="mainBits"/> bits. Longer codewords continue in a second-level
    /// table.</summary>
    /// <returns><see langword="false"/> if the lengths do not form a complete code. A single codeword of one bit is accepted, and so is a
    /// code without codewords.</returns>
    public static bool TryFill(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols, Span<uint> table, int mainBits)
    {
        Span<int> next = stackalloc int[DeflateFormat.MaxCodeLength + 2];
        Span<int> counts = stackalloc int[DeflateFormat.MaxCodeLength + 1];
        next.Clear();
        counts.Clear();
        foreach (var length in lengths)
            counts[length]++;
        var used = lengths.Length - counts[0];
        counts[0] = 0;
        var free = 1 << DeflateFormat.MaxCodeLength;
        for (var length = 1; length <= DeflateFormat.MaxCodeLength; length++)
        {
            free -= counts[length] << (DeflateFormat.MaxCodeLength - length);
            next[length + 1] = next[length] + counts[length];
        }

        var isIncomplete = free != 0;
        if (isIncomplete && used != 0 && !(used == 1 && counts[1] == 1))
            return false;
        Span<ushort> sorted = stackalloc ushort[InflateSymbols.FixedLiteralCount];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                sorted[next[lengths[symbol]]++] = (ushort)symbol;
        }

        if (isIncomplete)
            table[..(1 << mainBits)].Fill(InflateEntry.Invalid);
        if (isIncomplete && used == 1)
            FillEven(table[..(1 << mainBits)], symbols[sorted[0]] + InflateEntry.CodewordBit);
        if (!isIncomplete)
            FillComplete(counts, sorted, symbols, table, mainBits);
        return true;
    }

    private static void FillEven(Span<uint> table, uint entry)
    {
        for (var i = 0; i < table.Length; i += 2)
            table[i] = entry;
    }

    /// <summary>Places the codewords in canonical order. The first bit of a codeword is the lowest bit of the index, so a codeword of n
    /// bits repeats every 2^n entries. The table is built for short codewords and doubled for each further bit. Slots of longer codewords
    /// have undefined content until those are placed. A complete code fills all slots.</summary>
    private static void FillComplete(ReadOnlySpan<int> counts, ReadOnlySpan<ushort> sorted, ReadOnlySpan<uint> symbols, Span<uint> table,
        int mainBits)
    {
        var reversed = 0;
        var at = 0;
        for (var length = 1; length <= mainBits; length++)
        {
            var size = 1 << length;
            table[..(size >> 1)].CopyTo(table[(size >> 1)..]);
            for (var left = counts[length]; left > 0; left--)
            {
                table[reversed] = symbols[sorted[at++]] + ((uint)length * InflateEntry.CodewordBit);
                reversed = NextReversed(reversed, size - 1);
            }
        }

        var secondSize = 1 << (DeflateFormat.MaxCodeLength - mainBits);
        var end = 1 << mainBits;
        var prefix = -1;
        for (var length = mainBits + 1; length <= DeflateFormat.MaxCodeLength; length++)
        {
            for (var left = counts[length]; left > 0; left--)
            {
                if ((reversed & ((1 << mainBits) - 1)) != prefix)
                {
                    prefix = reversed & ((1 << mainBits) - 1);
                    table[prefix] = InflateEntry.Second(end, mainBits);
                    end += secondSize;
                }

                var second = table.Slice(end - secondSize, secondSize);
                var entry = symbols[sorted[at++]] + ((uint)(length - mainBits) * InflateEntry.CodewordBit);
                for (var i = reversed >> mainBits; i < secondSize; i += 1 << (length - mainBits))
                    second[i] = entry;
                reversed = NextReversed(reversed, (1 << length) - 1);
            }
        }
    }

    /// <summary>Adds one to a number with reversed bits. The last number wraps to zero.</summary>
    private static int NextReversed(int reversed, int mask)
    {
        var zeros = reversed ^ mask;
        if (zeros == 0)
            return 0;
        var carry = 1 << BitOperations.Log2((uint)zeros);
        return (reversed & (carry - 1)) | carry;
    }
}
