using RegistryCache.Compression.Deflate;

namespace RegistryCache.Compression.Inflate;

/// <summary>The two decoding tables of the current block, in one array that is reused for each block. A table has exactly the size of its
/// index, so no index from input bits can be outside it.</summary>
internal sealed class InflateTables
{
    public const int LiteralBits = 11;
    public const int DistanceBits = 9;

    /// <summary>The start of the distance table: after the maximum size of a literal and length table.</summary>
    public const int DistanceStart =
        (1 << LiteralBits) + (InflateSymbols.FixedLiteralCount / 2 * (1 << (DeflateFormat.MaxCodeLength - LiteralBits)));

    private readonly uint[] _entries = new uint[DistanceStart + HuffmanTable.MaxLength(InflateSymbols.FixedDistanceCount, DistanceBits)];
    private readonly uint[] _codeLengths = new uint[1 << DeflateFormat.MaxCodeLengthCodeLength];
    private bool _areFixed;

    public uint[] Entries => _entries;

    /// <summary>Loads the codes of fixed blocks.</summary>
    public void SetFixed()
    {
        if (_areFixed)
            return;
        Span<byte> lengths = stackalloc byte[InflateSymbols.FixedLiteralCount];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
            lengths[symbol] = (byte)DeflateFormat.FixedLiteralLength(symbol);
        Set(lengths, isDistance: false);
        lengths[..InflateSymbols.FixedDistanceCount].Fill(5);
        Set(lengths[..InflateSymbols.FixedDistanceCount], isDistance: true);
        _areFixed = true;
    }

    /// <summary>Reads the codes at the start of a dynamic block.</summary>
    public void ReadDynamic(InflateInput input)
    {
        _areFixed = false;
        var literals = (int)input.Take(5) + 257;
        var distances = (int)input.Take(5) + 1;
        var codeLengths = (int)input.Take(4) + 4;
        if (literals > DeflateFormat.LiteralSymbols || distances > DeflateFormat.DistanceSymbols)
            throw InflateDamage.Error("a block has more symbols than the format allows");
        Span<byte> lengths = stackalloc byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
        lengths.Clear();
        for (var i = 0; i < codeLengths; i++)
            lengths[DeflateFormat.CodeLengthOrder[i]] = (byte)input.Take(3);
        if (!HuffmanTable.TryFill(lengths[..DeflateFormat.CodeLengthSymbols], InflateSymbols.CodeLengths, _codeLengths,
            DeflateFormat.MaxCodeLengthCodeLength) || !HasTwo(lengths))
            throw InflateDamage.Error("the code of a block's code lengths is incomplete or has too many codewords");
        lengths = lengths[..(literals + distances)];
        ReadLengths(input, lengths);
        if (lengths[DeflateFormat.EndOfBlock] == 0)
            throw InflateDamage.Error("a block has no codeword for its end");
        Set(lengths[..literals], isDistance: false);
        Set(lengths[literals..], isDistance: true);
    }

    /// <summary>Here a code with a single codeword is not accepted.</summary>
    private static bool HasTwo(ReadOnlySpan<byte> lengths) =>
        lengths[..DeflateFormat.CodeLengthSymbols].Count((byte)0) <= DeflateFormat.CodeLengthSymbols - 2;

    private void ReadLengths(InflateInput input, Span<byte> lengths)
    {
        for (var at = 0; at < lengths.Length;)
        {
            var entry = _codeLengths[input.Peek(DeflateFormat.MaxCodeLengthCodeLength)];
            input.Skip((int)(entry & InflateEntry.TakenMask));
            var symbol = (byte)(entry >> InflateEntry.ValueShift);
            if (symbol < 16)
            {
                lengths[at++] = symbol;
                continue;
            }

            if (symbol == 16 && at == 0)
                throw InflateDamage.Error("a block repeats a code length before the first");
            var (value, count) = symbol switch
            {
                16 => (lengths[at - 1], 3 + (int)input.Take(2)),
                17 => ((byte)0, 3 + (int)input.Take(3)),
                _ => ((byte)0, 11 + (int)input.Take(7)),
            };
            if (count > lengths.Length - at)
                throw InflateDamage.Error("a block has more code lengths than symbols");
            lengths.Slice(at, count).Fill(value);
            at += count;
        }
    }

    private void Set(ReadOnlySpan<byte> lengths, bool isDistance)
    {
        var isComplete = isDistance
            ? HuffmanTable.TryFill(lengths, InflateSymbols.Distances, _entries.AsSpan(DistanceStart), DistanceBits)
            : HuffmanTable.TryFill(lengths, InflateSymbols.Literals, _entries.AsSpan(0, DistanceStart), LiteralBits);
        if (!isComplete)
            throw InflateDamage.Error($"the code of a block's {(isDistance ? "distances" : "literals and lengths")} is incomplete or has "
                + "too many codewords");
    }
}
