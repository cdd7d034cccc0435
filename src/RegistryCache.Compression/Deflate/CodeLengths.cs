namespace RegistryCache.Compression.Deflate;

/// <summary>Encodes the two codes of a dynamic block: run lengths of code lengths, in a third prefix code. Source: RFC 1951,
/// 3.2.7.</summary>
internal sealed class CodeLengths
{
    private const int CopyLast = 16;
    private const int FewZeros = 17;
    private const int ManyZeros = 18;
    private const int CountBits = 5 + 5 + 4;
    private const int BitsPerLength = 3;

    private readonly byte[] _lengths = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly byte[] _symbols = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly byte[] _repeats = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly int[] _counts = new int[DeflateFormat.CodeLengthSymbols];
    private readonly PrefixCode _code = new(DeflateFormat.CodeLengthSymbols, DeflateFormat.MaxCodeLengthCodeLength);
    private int _literals;
    private int _distances;
    private int _sent;
    private int _used;

    /// <summary>How many bits <see cref="Write"/> writes.</summary>
    public int Bits { get; private set; }

    public void Build(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        _literals = Math.Max(literals.TrimEnd((byte)0).Length, DeflateFormat.FirstLengthSymbol);
        _distances = Math.Max(distances.TrimEnd((byte)0).Length, 1);
        literals[.._literals].CopyTo(_lengths);
        distances[.._distances].CopyTo(_lengths.AsSpan(_literals));
        Array.Clear(_counts);
        _used = 0;
        FindRuns(_lengths.AsSpan(0, _literals + _distances));
        _code.Build(_counts);
        _sent = DeflateFormat.CodeLengthSymbols;
        while (_sent > 4 && _code.Lengths[DeflateFormat.CodeLengthOrder[_sent - 1]] == 0)
            _sent--;
        Bits = CountBits + (BitsPerLength * _sent);
        for (var symbol = 0; symbol < _counts.Length; symbol++)
            Bits += _counts[symbol] * (_code.Lengths[symbol] + RepeatBits(symbol));
    }

    public void Write(ref BitWriter output)
    {
        output.Put((uint)(_literals - DeflateFormat.FirstLengthSymbol), 5);
        output.Put((uint)(_distances - 1), 5);
        output.Put((uint)(_sent - 4), 4);
        output.Flush();
        foreach (var symbol in DeflateFormat.CodeLengthOrder[.._sent])
        {
            output.Put(_code.Lengths[symbol], BitsPerLength);
            output.Flush();
        }

        for (var i = 0; i < _used; i++)
        {
            var symbol = _symbols[i];
            output.Put(_code.Words[symbol], _code.Lengths[symbol]);
            output.Put(_repeats[i], RepeatBits(symbol));
            output.Flush();
        }
    }

    private void FindRuns(ReadOnlySpan<byte> lengths)
    {
        while (!lengths.IsEmpty)
        {
            var value = lengths[0];
            var run = lengths.IndexOfAnyExcept(value);
            if (run < 0)
                run = lengths.Length;
            lengths = lengths[run..];
            if (value == 0)
            {
                run = Repeat(run, ManyZeros, 11, 138);
                run = Repeat(run, FewZeros, 3, 10);
            }
            else
            {
                Add(value, 0);
                run = Repeat(run - 1, CopyLast, 3, 6);
            }

            for (; run > 0; run--)
                Add(value, 0);
        }
    }

    private int Repeat(int run, int symbol, int fewest, int most)
    {
        while (run >= fewest)
        {
            var count = Math.Min(run, most);
            Add((byte)symbol, (byte)(count - fewest));
            run -= count;
        }

        return run;
    }

    private void Add(byte symbol, byte repeat)
    {
        _symbols[_used] = symbol;
        _repeats[_used++] = repeat;
        _counts[symbol]++;
    }

    private static int RepeatBits(int symbol) => symbol switch
    {
        CopyLast => 2,
        FewZeros => 3,
        ManyZeros => 7,
        _ => 0,
    };
}
