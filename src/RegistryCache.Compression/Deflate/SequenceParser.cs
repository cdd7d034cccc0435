using System.Numerics;
using System.Runtime.CompilerServices;

namespace RegistryCache.Compression.Deflate;

/// <summary>Turns input into literals and matches, one run at a time. Each position is looked up once, which bounds the work.</summary>
internal sealed unsafe class SequenceParser(MatchFinder finder)
{
    /// <summary>The approximate cost of a match in bits, without the logarithm of its distance.</summary>
    private const int MatchCost = 12;

    /// <summary>The cost of a literal in most tars, in bits. Used until literals have been counted.</summary>
    private const int CommonLiteralCost = 7;

    /// <summary>After this many literals in a row, content counts as random. Then only every second position is looked up, later
    /// fewer.</summary>
    private const int NoiseShift = 8;
    private const int MostSkipped = 8;

    private DeflateEffort _effort;
    private int _position;
    private int _end;
    private int _literalCost;
    private int _sinceMatch;

    /// <summary>Starts a new input. The first bytes are history: matches may refer to them, but they are not part of the output.</summary>
    public void Begin(byte* input, int length, int history, DeflateEffort effort)
    {
        _effort = effort;
        _literalCost = CommonLiteralCost << Entropy.FractionBits;
        _sinceMatch = 0;
        _position = finder.Begin(input, length);
        _end = _position + length;
        Skip(history);
    }

    /// <summary>Updates the cost of literals from the latest output. The cost decides which matches are used.</summary>
    public void Adapt(SymbolCounts counts) => _literalCost = Entropy.OfLiteral(counts) ?? _literalCost;

    /// <summary>Parses until there are enough symbols or the input ends.</summary>
    /// <returns>How many sequences there are.</returns>
    public int Next(Span<DeflateSequence> sequences, int symbols) =>
        _effort.Lookahead == 0 ? NextGreedy(sequences, symbols) : NextLazy(sequences, symbols);

    private int NextGreedy(Span<DeflateSequence> sequences, int symbols)
    {
        var count = 0;
        var literals = 0;
        var distance = 0;
        var position = _position;
        var searchEnd = _end - sizeof(uint);
        while (symbols > 0 && position <= searchEnd)
        {
            symbols--;
            var length = finder.InsertAndFind(position, _effort.ShortMatches ? 2 : 3, ref distance, _effort.ChainLength,
                _effort.NiceLength);
            if (distance == 0 || !IsWorth(length, distance))
            {
                distance = 0;
                var taken = 1 + SkippedInNoise(searchEnd - position);
                literals += taken;
                position += taken;
                symbols -= taken - 1;
                continue;
            }

            sequences[count++] = new DeflateSequence(literals, (ushort)length, (ushort)distance);
            literals = 0;
            distance = 0;
            _sinceMatch = 0;
            position = _effort.RemembersMatches ? Insert(position + 1, position + length) : position + length;
        }

        return Finish(sequences, count, literals, position, symbols);
    }

    private int NextLazy(Span<DeflateSequence> sequences, int symbols)
    {
        var (chain, nice, lookahead, _) = _effort;
        var count = 0;
        var literals = 0;
        var position = _position;
        var searchEnd = _end - sizeof(uint);
        while (symbols > 0 && position <= searchEnd)
        {
            symbols--;
            var distance = 0;
            var length = finder.InsertAndFind(position, DeflateFormat.MinMatch - 1, ref distance, chain, nice);
            if (distance == 0 || !IsWorth(length, distance))
            {
                var taken = 1 + SkippedInNoise(searchEnd - position);
                literals += taken;
                position += taken;
                symbols -= taken - 1;
                continue;
            }

            _sinceMatch = 0;

            // A better match one or two bytes later is worth the literals before it.
            var next = position + 1;
            while (length < nice && next <= searchEnd)
            {
                var laterDistance = 0;
                var later = finder.InsertAndFind(next, length - 1, ref laterDistance, (chain >> 1) + 1, nice);
                next++;
                if (laterDistance != 0 && Gain(later, laterDistance, length, distance) > 2)
                {
                    (length, distance) = (later, laterDistance);
                    literals++;
                    symbols--;
                    position = next - 1;
                    continue;
                }

                if (lookahead == 1 || next > searchEnd)
                    break;
                laterDistance = 0;
                later = finder.InsertAndFind(next, length - 1, ref laterDistance, (chain >> 1) + 1, nice);
                next++;
                if (laterDistance == 0 || Gain(later, laterDistance, length, distance) <= 6)
                    break;
                (length, distance) = (later, laterDistance);
                literals += 2;
                symbols -= 2;
                position = next - 1;
            }

            sequences[count++] = new DeflateSequence(literals, (ushort)length, (ushort)distance);
            literals = 0;
            position = Insert(next, position + length);
        }

        return Finish(sequences, count, literals, position, symbols);
    }

    /// <summary>How many positions after a literal are skipped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkippedInNoise(int left)
    {
        var skipped = Math.Min(Math.Min(_sinceMatch >> NoiseShift, MostSkipped), left);
        _sinceMatch += skipped + 1;
        return skipped;
    }

    /// <summary>Whether a match costs fewer bits than its bytes as literals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWorth(int length, int distance) =>
        length * _literalCost > (MatchCost + BitOperations.Log2((uint)distance)) << Entropy.FractionBits;

    /// <summary>About how many bits one match saves over another: four for each byte, minus one for each doubling of the
    /// distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Gain(int length, int distance, int otherLength, int otherDistance) =>
        (4 * (length - otherLength)) + BitOperations.Log2((uint)otherDistance) - BitOperations.Log2((uint)distance);

    /// <summary>Look-ups end before the last three bytes, which are too few.</summary>
    private int Finish(Span<DeflateSequence> sequences, int count, int literals, int position, int symbols)
    {
        if (symbols > 0)
        {
            literals += _end - position;
            position = _end;
        }

        if (literals > 0)
            sequences[count++] = new DeflateSequence(literals, 0, 0);
        _position = position;
        return count;
    }

    private void Skip(int count) => _position = Insert(_position, _position + count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Insert(int from, int to)
    {
        var last = Math.Min(to, _end - sizeof(uint) + 1);
        for (var position = from; position < last; position++)
            finder.Insert(position);
        return to;
    }
}
