namespace RegistryCache.Compression.Deflate;

/// <summary>A prefix code built from counts: the shortest one within the maximum code word length, or close to it.</summary>
internal sealed class PrefixCode(int symbols, int maxLength)
{
    private readonly ulong[] _order = new ulong[symbols];
    private readonly int[] _weights = new int[symbols];

    /// <summary>The length of each symbol's code word. 0 for a symbol that does not occur.</summary>
    public byte[] Lengths { get; } = new byte[symbols];

    /// <summary>The code words, first bit lowest.</summary>
    public ushort[] Words { get; } = new ushort[symbols];

    /// <summary>Builds the code. At least two symbols get a code word, because some decoders refuse a code with one.</summary>
    public void Build(ReadOnlySpan<int> counts)
    {
        Array.Clear(Lengths);
        var used = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] > 0)
                _order[used++] = ((ulong)counts[symbol] << 16) | (uint)symbol;
        }

        if (used < 2)
            AssignTwo(used == 0 ? 0 : (int)(_order[0] & 0xffff));
        else
            AssignLengths(used);
        AssignWords();
    }

    public void Set(Func<int, int> length)
    {
        for (var symbol = 0; symbol < Lengths.Length; symbol++)
            Lengths[symbol] = (byte)length(symbol);
        AssignWords();
    }

    private void AssignTwo(int symbol)
    {
        Lengths[symbol] = 1;
        Lengths[symbol == 0 ? 1 : 0] = 1;
    }

    private void AssignLengths(int used)
    {
        Array.Sort(_order, 0, used);
        Span<int> ofLength = stackalloc int[maxLength + 1];
        CountLengths(used, ofLength);

        // The rarest symbols get the longest words.
        var at = 0;
        for (var length = maxLength; length > 0; length--)
        {
            for (var left = ofLength[length]; left > 0; left--)
                Lengths[(int)(_order[at++] & 0xffff)] = (byte)length;
        }
    }

    /// <summary>Joins the two smallest trees again and again. Leaves are sorted in one queue. Joined trees queue in the order of
    /// creation.</summary>
    private void CountLengths(int used, Span<int> ofLength)
    {
        var weights = _weights;
        Span<int> parents = stackalloc int[used];
        var (leaf, joined) = (0, 0);
        for (var made = 0; made < used - 1; made++)
        {
            var weight = 0;
            for (var half = 0; half < 2; half++)
            {
                if (joined < made && (leaf >= used || (ulong)weights[joined] < _order[leaf] >> 16))
                {
                    weight += weights[joined];
                    parents[joined++] = made;
                }
                else
                {
                    weight += (int)(_order[leaf++] >> 16);
                }
            }

            weights[made] = weight;
        }

        CountLeaves(parents[..(used - 1)], used, ofLength);
        Shorten(ofLength);
    }

    /// <summary>Walks down from the root. The room on a level that joined trees do not use belongs to leaves.</summary>
    private void CountLeaves(Span<int> parents, int used, Span<int> ofLength)
    {
        var depths = parents;
        var last = depths.Length - 1;
        depths[last] = 0;
        for (var i = last - 1; i >= 0; i--)
            depths[i] = depths[parents[i]] + 1;
        var (room, depth, at, left) = (1, 0, last, used);
        while (left > 0)
        {
            var trees = 0;
            for (; at >= 0 && depths[at] == depth; at--)
                trees++;
            var leaves = Math.Min(room - trees, left);
            ofLength[Math.Min(depth, maxLength)] += leaves;
            left -= leaves;
            room = 2 * trees;
            depth++;
        }
    }

    /// <summary>Code words shortened to the maximum length take too much of the code space. Longer other words free it.</summary>
    private void Shorten(Span<int> ofLength)
    {
        var room = 1L << maxLength;
        for (var length = 1; length <= maxLength; length++)
            room -= (long)ofLength[length] << (maxLength - length);
        while (room < 0)
        {
            // A word of the next shorter length becomes the parent of itself and of one of the longest words.
            var length = maxLength - 1;
            while (ofLength[length] == 0)
                length--;
            ofLength[length]--;
            ofLength[length + 1] += 2;
            ofLength[maxLength]--;
            room++;
        }
    }

    private void AssignWords()
    {
        Span<int> next = stackalloc int[DeflateFormat.MaxCodeLength + 2];
        foreach (var length in Lengths)
            next[length + 1] += length == 0 ? 0 : 1;
        next[1] = 0;
        for (var length = 1; length <= DeflateFormat.MaxCodeLength; length++)
            next[length] = (next[length] + next[length - 1]) << 1;
        for (var symbol = 0; symbol < Lengths.Length; symbol++)
        {
            if (Lengths[symbol] > 0)
                Words[symbol] = Reverse(next[Lengths[symbol]]++, Lengths[symbol]);
        }
    }

    private static ushort Reverse(int word, int length)
    {
        var reversed = 0;
        for (; length > 0; length--, word >>= 1)
            reversed = (reversed << 1) | (word & 1);
        return (ushort)reversed;
    }
}
