using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.Deflate;

/// <summary>Writes blocks one after another. Each has the one of the three types that needs the fewest bits.</summary>
internal sealed unsafe class BlockWriter
{
    private const int StoredHeaderBytes = 4;
    private const int Slack = 16;

    private readonly PrefixCode _literals = new(DeflateFormat.LiteralSymbols, DeflateFormat.MaxCodeLength);
    private readonly PrefixCode _distances = new(DeflateFormat.DistanceSymbols, DeflateFormat.MaxCodeLength);
    private readonly PrefixCode _fixedLiterals = new(DeflateFormat.LiteralSymbols + 2, DeflateFormat.MaxCodeLength);
    private readonly PrefixCode _fixedDistances = new(DeflateFormat.DistanceSymbols + 2, DeflateFormat.MaxCodeLength);
    private readonly CodeLengths _codeLengths = new();
    private readonly uint[] _literalWords = new uint[DeflateFormat.EndOfBlock + 1];
    private readonly uint[] _lengthWords = new uint[DeflateFormat.MaxMatch + 1];
    private readonly uint[] _distanceWords = new uint[DeflateFormat.DistanceSymbols];
    private SegmentedBuffer _output = null!;
    private ulong _bits;
    private int _bitCount;

    public BlockWriter()
    {
        _fixedLiterals.Set(DeflateFormat.FixedLiteralLength);
        _fixedDistances.Set(static _ => 5);
    }

    /// <summary>Starts at a byte boundary of another output.</summary>
    public void Begin(SegmentedBuffer output)
    {
        _output = output;
        _bits = 0;
        _bitCount = 0;
    }

    public void Write(ReadOnlySpan<byte> content, ReadOnlySpan<DeflateSequence> sequences, SymbolCounts counts, bool isLast)
    {
        counts.Literals[DeflateFormat.EndOfBlock] = 1;
        _literals.Build(counts.Literals);
        _distances.Build(counts.Distances);
        _codeLengths.Build(_literals.Lengths, _distances.Lengths);
        var extra = ExtraBits(counts);
        var dynamicBits = extra + _codeLengths.Bits + CodedBits(counts, _literals, _distances);
        var fixedBits = extra + CodedBits(counts, _fixedLiterals, _fixedDistances);
        if (StoredBits(content.Length) <= Math.Min(dynamicBits, fixedBits))
            WriteStored(content, isLast);
        else if (fixedBits <= dynamicBits)
            WriteCoded(content, sequences, DeflateFormat.FixedBlock, fixedBits, isLast);
        else
            WriteCoded(content, sequences, DeflateFormat.DynamicBlock, dynamicBits, isLast);
    }

    /// <summary>Writes stored blocks. Without content it writes one empty block, which ends on a byte boundary.</summary>
    public void WriteStored(ReadOnlySpan<byte> content, bool isLast)
    {
        do
        {
            var part = content[..Math.Min(content.Length, DeflateFormat.MaxStoredLength)];
            content = content[part.Length..];
            fixed (byte* start = _output.Reserve(part.Length + StoredHeaderBytes + Slack))
            {
                var writer = new BitWriter(start, _bits, _bitCount);
                writer.Put(isLast && content.IsEmpty ? 1u : 0u, 1);
                writer.Put(DeflateFormat.StoredBlock, 2);
                writer.Align();
                writer.Put((uint)part.Length, 16);
                writer.Put((uint)(ushort)~part.Length, 16);
                writer.Flush();
                writer.Copy(part);
                Take(writer);
            }
        }
        while (!content.IsEmpty);
    }

    /// <summary>Writes the last bits and fills the last byte.</summary>
    public void End()
    {
        if (_bitCount == 0)
            return;
        _output.Write([(byte)_bits]);
        _bits = 0;
        _bitCount = 0;
    }

    private void WriteCoded(ReadOnlySpan<byte> content, ReadOnlySpan<DeflateSequence> sequences, int type, long bits, bool isLast)
    {
        fixed (byte* start = _output.Reserve(checked((int)(bits / 8)) + Slack))
        fixed (byte* input = content)
        {
            var writer = new BitWriter(start, _bits, _bitCount);
            writer.Put(isLast ? 1u : 0u, 1);
            writer.Put((uint)type, 2);
            writer.Flush();
            if (type == DeflateFormat.DynamicBlock)
                _codeLengths.Write(ref writer);
            var isFixed = type == DeflateFormat.FixedBlock;
            BuildWords(isFixed ? _fixedLiterals : _literals, isFixed ? _fixedDistances : _distances);
            WriteSequences(ref writer, input, sequences);
            Take(writer);
        }
    }

    private void WriteSequences(ref BitWriter output, byte* input, ReadOnlySpan<DeflateSequence> sequences)
    {
        var writer = output;
        fixed (uint* literalWords = _literalWords)
        fixed (uint* lengthWords = _lengthWords)
        fixed (uint* distanceWords = _distanceWords)
        {
            foreach (var sequence in sequences)
            {
                var end = input + sequence.Literals;

                // Three words of 15 bits fit between two flushes.
                for (; end - input >= 3; input += 3)
                {
                    writer.Put(literalWords[input[0]]);
                    writer.Put(literalWords[input[1]]);
                    writer.Put(literalWords[input[2]]);
                    writer.Flush();
                }

                for (; input < end; input++)
                    writer.Put(literalWords[*input]);
                writer.Flush();
                if (sequence.Length == 0)
                    continue;

                // A length needs up to 20 bits and a distance up to 28.
                writer.Put(lengthWords[sequence.Length]);
                var symbol = DeflateFormat.DistanceSymbol(sequence.Distance);
                var (first, extraBits) = DeflateFormat.DistanceRanges[symbol];
                writer.Put(distanceWords[symbol]);
                writer.Put((uint)(sequence.Distance - first), extraBits);
                writer.Flush();
                input += sequence.Length;
            }

            writer.Put(literalWords[DeflateFormat.EndOfBlock]);
            writer.Flush();
        }

        output = writer;
    }

    private void BuildWords(PrefixCode literals, PrefixCode distances)
    {
        for (var symbol = 0; symbol < _literalWords.Length; symbol++)
            _literalWords[symbol] = BitWriter.Packed(literals.Words[symbol], literals.Lengths[symbol]);
        for (var length = DeflateFormat.MinMatch; length < _lengthWords.Length; length++)
        {
            var index = DeflateFormat.LengthSymbols[length];
            var (first, extraBits) = DeflateFormat.LengthRanges[index];
            var wordLength = literals.Lengths[DeflateFormat.FirstLengthSymbol + index];
            var word = literals.Words[DeflateFormat.FirstLengthSymbol + index] | ((uint)(length - first) << wordLength);
            _lengthWords[length] = BitWriter.Packed(word, wordLength + extraBits);
        }

        for (var symbol = 0; symbol < _distanceWords.Length; symbol++)
            _distanceWords[symbol] = BitWriter.Packed(distances.Words[symbol], distances.Lengths[symbol]);
    }

    private void Take(BitWriter writer)
    {
        _output.Advance(writer.Written);
        _bits = writer.Bits;
        _bitCount = writer.Count;
    }

    private static long CodedBits(SymbolCounts counts, PrefixCode literals, PrefixCode distances)
    {
        var bits = (long)DeflateFormat.BlockHeaderBits;
        for (var symbol = 0; symbol < counts.Literals.Length; symbol++)
            bits += (long)counts.Literals[symbol] * literals.Lengths[symbol];
        for (var symbol = 0; symbol < counts.Distances.Length; symbol++)
            bits += (long)counts.Distances[symbol] * distances.Lengths[symbol];
        return bits;
    }

    private static long ExtraBits(SymbolCounts counts)
    {
        var bits = 0L;
        for (var index = 0; index < DeflateFormat.LengthRanges.Length; index++)
            bits += (long)counts.Literals[DeflateFormat.FirstLengthSymbol + index] * DeflateFormat.LengthRanges[index].ExtraBits;
        for (var symbol = 0; symbol < counts.Distances.Length; symbol++)
            bits += (long)counts.Distances[symbol] * DeflateFormat.DistanceRanges[symbol].ExtraBits;
        return bits;
    }

    private static long StoredBits(int length)
    {
        var blocks = Math.Max(1, (length + DeflateFormat.MaxStoredLength - 1) / DeflateFormat.MaxStoredLength);
        return (8L * length) + (blocks * (long)((8 * StoredHeaderBytes) + 8));
    }
}
