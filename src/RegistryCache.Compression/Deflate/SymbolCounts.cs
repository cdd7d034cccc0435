namespace RegistryCache.Compression.Deflate;

/// <summary>How often each symbol occurs.</summary>
internal sealed class SymbolCounts
{
    /// <summary>The counts of literals, the end of the block, and lengths.</summary>
    public int[] Literals { get; } = new int[DeflateFormat.LiteralSymbols];

    public int[] Distances { get; } = new int[DeflateFormat.DistanceSymbols];

    public void Clear()
    {
        Array.Clear(Literals);
        Array.Clear(Distances);
    }

    /// <summary>Counts sequences.</summary>
    /// <returns>The number of input bytes in the sequences.</returns>
    public int Add(ReadOnlySpan<byte> input, ReadOnlySpan<DeflateSequence> sequences)
    {
        var literals = Literals;
        var lengthSymbols = DeflateFormat.LengthSymbols;
        var start = input.Length;
        foreach (var sequence in sequences)
        {
            foreach (var value in input[..sequence.Literals])
                literals[value]++;
            input = input[(sequence.Literals + sequence.Length)..];
            if (sequence.Length == 0)
                continue;
            literals[DeflateFormat.FirstLengthSymbol + lengthSymbols[sequence.Length]]++;
            Distances[DeflateFormat.DistanceSymbol(sequence.Distance)]++;
        }

        return start - input.Length;
    }

    public void Add(SymbolCounts other)
    {
        for (var i = 0; i < Literals.Length; i++)
            Literals[i] += other.Literals[i];
        for (var i = 0; i < Distances.Length; i++)
            Distances[i] += other.Distances[i];
    }
}
