namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>
/// A member of random dynamic blocks whose codes are random complete trees, so that all lengths of codewords occur in both codes, with
/// random literals and matches. No encoder writes such blocks.
/// </summary>
internal sealed class RandomBlocks(int seed)
{
    private const int CodeLengthSymbols = 19;

    private readonly Random _random = new(seed);
    private readonly List<byte> _content = [];
    private readonly BitStream _bits = new();

    public byte[] Create(out byte[] content)
    {
        for (var left = _random.Next(1, 5); left > 0; left--)
            AddBlock(isLast: left == 1);
        content = [.. _content];
        return _bits.Member(content);
    }

    private void AddBlock(bool isLast)
    {
        var literals = RandomCode(286, _random.Next(2, 287), needed: 256);
        var distances = RandomCode(30, _random.Next(2, 31), needed: 0);
        WriteHeader(literals, distances, isLast);
        var (literalCodes, distanceCodes) = (Codes(literals), Codes(distances));
        var used = Enumerable.Range(0, 286).Where(s => literals[s] > 0 && s != 256).ToArray();
        var usedDistances = Enumerable.Range(0, 30).Where(s => distances[s] > 0).ToArray();
        for (var n = _random.Next(6000); n > 0; n--)
        {
            var symbol = used[_random.Next(used.Length)];
            var distanceSymbol = usedDistances[_random.Next(usedDistances.Length)];
            if (symbol < 256)
            {
                _bits.Code(literalCodes[symbol], literals[symbol]);
                _content.Add((byte)symbol);
            }
            else if (Base(distanceSymbol, perStep: 2, first: 1).Value <= _content.Count)
            {
                _bits.Code(literalCodes[symbol], literals[symbol]);
                var length = symbol == 285 ? 258 : WithExtra(Base(symbol - 257, perStep: 4, first: 3), max: 257);
                _bits.Code(distanceCodes[distanceSymbol], distances[distanceSymbol]);
                var distance = WithExtra(Base(distanceSymbol, perStep: 2, first: 1), max: _content.Count);
                for (; length > 0; length--)
                    _content.Add(_content[^distance]);
            }
        }

        _bits.Code(literalCodes[256], literals[256]);
    }

    /// <summary>The base and number of extra bits of a length or distance, by the rule behind both tables of RFC 1951, 3.2.5.</summary>
    private static (int Value, int ExtraBits) Base(int index, int perStep, int first)
    {
        var value = first;
        for (var i = 0; i < index; i++)
            value += 1 << Math.Max(0, (i / perStep) - 1);
        return (value, Math.Max(0, (index / perStep) - 1));
    }

    private int WithExtra((int Value, int ExtraBits) symbol, int max)
    {
        var extra = _random.Next(Math.Min(1 << symbol.ExtraBits, max - symbol.Value + 1));
        _bits.Bits(extra, symbol.ExtraBits);
        return symbol.Value + extra;
    }

    private int[] RandomCode(int symbols, int used, int needed)
    {
        var leaves = new List<int> { 1, 1 };
        while (leaves.Count < used)
        {
            // Now and then as deep as it goes.
            var at = _random.Next(3) == 0 ? leaves.Count - 1 : _random.Next(leaves.Count);
            if (leaves[at] == 15)
                at = leaves.FindIndex(length => length < 15);
            leaves[at]++;
            leaves.Add(leaves[at]);
        }

        var lengths = new int[symbols];
        lengths[needed] = leaves[0];
        var others = Enumerable.Range(0, symbols).Where(s => s != needed).ToArray();
        _random.Shuffle(others);
        for (var i = 1; i < leaves.Count; i++)
            lengths[others[i - 1]] = leaves[i];
        return lengths;
    }

    private static int[] Codes(int[] lengths)
    {
        var codes = new int[lengths.Length];
        var code = 0;
        for (var length = 1; length <= 15; length++)
        {
            code <<= 1;
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                    codes[symbol] = code++;
            }
        }

        return codes;
    }

    private void WriteHeader(int[] literals, int[] distances, bool isLast)
    {
        int[] codeLengths = [.. Enumerable.Range(0, CodeLengthSymbols).Select(s => s < 13 ? 4 : 5)];
        var codes = Codes(codeLengths);
        _bits.Header(type: 2, isLast).Bits(29, 5).Bits(29, 5).Bits(15, 4);
        foreach (var symbol in new[] { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 })
            _bits.Bits(codeLengths[symbol], 3);
        int[] all = [.. literals, .. distances];
        for (var i = 0; i < all.Length;)
        {
            var run = all.Skip(i).TakeWhile(length => length == all[i]).Count();
            if (all[i] == 0 && run >= 11 && _random.Next(2) == 0)
                i += Repeat(18, Math.Min(run, 138), first: 11, extraBits: 7);
            else if (all[i] == 0 && run >= 3 && _random.Next(2) == 0)
                i += Repeat(17, Math.Min(run, 10), first: 3, extraBits: 3);
            else if (i > 0 && all[i] == all[i - 1] && run >= 3 && _random.Next(2) == 0)
                i += Repeat(16, Math.Min(run, 6), first: 3, extraBits: 2);
            else
                _bits.Code(codes[all[i]], codeLengths[all[i++]]);
        }

        int Repeat(int symbol, int count, int first, int extraBits)
        {
            _bits.Code(codes[symbol], codeLengths[symbol]).Bits(count - first, extraBits);
            return count;
        }
    }
}
