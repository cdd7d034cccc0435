using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.Deflate;

/// <summary>Compresses pieces of a tar with raw deflate. Earlier input of an instance does not affect its output, so pieces can be
/// distributed over instances. Not thread-safe. Needs about a megabyte of memory.</summary>
internal sealed unsafe class Deflater
{
    /// <summary>A run of this many symbols starts a new block or joins the block before it.</summary>
    private const int RunSymbols = 4096;

    /// <summary>A block of this many bytes or sequences is always written.</summary>
    private const int LargestBlock = 512 * 1024;
    private const int MostSequences = 32 * 1024;

    private readonly BlockWriter _writer = new();
    private readonly SequenceParser _parser = new(new MatchFinder());
    private readonly DeflateSequence[] _sequences = new DeflateSequence[MostSequences + RunSymbols + 1];
    private readonly SymbolCounts _block = new();
    private readonly SymbolCounts _run = new();

    /// <summary>Appends the piece as blocks that end on a byte boundary. None is marked as the last, so pieces can follow each other in one
    /// member. The first <paramref name="history"/> bytes of the input, at most 32 KiB, are the content before the piece in the same
    /// member. Matches may refer to it. Level 0 stores the piece.</summary>
    public void AppendFlushed(ReadOnlySpan<byte> input, int history, int level, SegmentedBuffer output)
    {
        _writer.Begin(output);
        if (level == 0)
        {
            _writer.WriteStored(input[history..], isLast: false);
            return;
        }

        WriteBlocks(input, history, level, isLast: false);
        _writer.WriteStored([], isLast: false);
    }

    public void AppendComplete(ReadOnlySpan<byte> piece, int level, SegmentedBuffer output)
    {
        _writer.Begin(output);
        if (level == 0)
            _writer.WriteStored(piece, isLast: true);
        else
            WriteBlocks(piece, history: 0, level, isLast: true);
        _writer.End();
    }

    private void WriteBlocks(ReadOnlySpan<byte> input, int history, int level, bool isLast)
    {
        fixed (byte* start = input)
        {
            _parser.Begin(start, input.Length, history, DeflateEffort.OfLevel(level));
            _block.Clear();
            var (begin, position, count) = (history, history, 0);
            while (position < input.Length)
            {
                var run = _sequences.AsSpan(count);
                run = run[.._parser.Next(run, RunSymbols)];
                _run.Clear();
                var length = _run.Add(input[position..], run);
                _parser.Adapt(_run);
                if (count > 0 && (position + length - begin > LargestBlock || count + run.Length > MostSequences
                    || BlockSplitter.ShouldSplit(_block, _run)))
                {
                    _writer.Write(input[begin..position], _sequences.AsSpan(0, count), _block, isLast: false);
                    run.CopyTo(_sequences);
                    _block.Clear();
                    (begin, count) = (position, 0);
                }

                _block.Add(_run);
                count += run.Length;
                position += length;
            }

            if (position > begin || isLast)
                _writer.Write(input[begin..], _sequences.AsSpan(0, count), _block, isLast);
        }
    }
}
