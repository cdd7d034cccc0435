using System.Text;
using RegistryCache.Core.Entries;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>Where the stored bytes of a sparse file belong. It is checked when it is created: segments ascend, do not overlap, end inside
/// the file and have exactly the stored bytes. Source: GNU tar manual, "Storing Sparse Files".</summary>
internal sealed class SparseMap
{
    private SparseMap(List<(long Offset, long Length)> segments, long realSize)
    {
        Segments = segments;
        RealSize = realSize;
    }

    public List<(long Offset, long Length)> Segments { get; }

    public long RealSize { get; }

    public static SparseMap Create(List<(long Offset, long Length)> segments, long realSize, long storedSize)
    {
        long end = 0, stored = 0;
        foreach (var (offset, length) in segments)
        {
            if (offset < end || length < 0 || offset > realSize || length > realSize - offset)
                throw LayerPaths.Invalid("The map of a sparse file has segments that overlap or are outside the file");
            end = offset + length;
            stored += length;
        }

        return stored == storedSize
            ? new SparseMap([.. segments.Where(segment => segment.Length > 0)], realSize)
            : throw LayerPaths.Invalid($"The map of a sparse file describes {stored} bytes, but {storedSize} are stored");
    }

    /// <summary>The map of the old GNU type: four segments in the header, then 21 in each block that follows.</summary>
    public static async ValueTask<(List<(long Offset, long Length)> Segments, long RealSize)> ReadOldAsync(
        ReadOnlyMemory<byte> header, TarInput input, int maxBytes, CancellationToken cancellationToken)
    {
        var segments = new List<(long, long)>();
        ReadEntries(header.Span.Slice(386, 96), segments);
        var realSize = TarNumber.Parse(header.Span.Slice(483, 12), "real size");
        var isExtended = header.Span[SparseIsExtendedOffset] != 0;
        for (var used = BlockSize; isExtended; used += BlockSize)
        {
            if (used > maxBytes)
                throw TooLarge(maxBytes);
            var block = await input.ReadBlockAsync(cancellationToken).ConfigureAwait(false)
                ?? throw LayerPaths.Invalid("The tar ends in the map of a sparse file");
            ReadEntries(block.Span[..SparseContinuesOffset], segments);
            isExtended = block.Span[SparseContinuesOffset] != 0;
        }

        return (segments, realSize);
    }

    /// <summary>The maps of versions 0.0 and 0.1, which are pax records.</summary>
    public static List<(long Offset, long Length)> ReadRecords(PaxRecords pax)
    {
        var segments = new List<(long, long)>();
        if (pax.Find("GNU.sparse.map") is { } map)
        {
            var numbers = Encoding.ASCII.GetString(map).Split(',');
            if (numbers.Length % 2 != 0)
                throw LayerPaths.Invalid("The map of a sparse file is not made of pairs");
            for (var i = 0; i < numbers.Length; i += 2)
                segments.Add((Number(Encoding.ASCII.GetBytes(numbers[i])), Number(Encoding.ASCII.GetBytes(numbers[i + 1]))));
            return segments;
        }

        for (var i = 0; i < pax.SparsePairs.Count; i += 2)
        {
            if (i + 1 == pax.SparsePairs.Count || pax.SparsePairs[i].Key != "GNU.sparse.offset"
                || pax.SparsePairs[i + 1].Key != "GNU.sparse.numbytes")
                throw LayerPaths.Invalid("The map of a sparse file is not made of pairs");
            segments.Add((Number(pax.SparsePairs[i].Value), Number(pax.SparsePairs[i + 1].Value)));
        }

        return segments;
    }

    /// <summary>The map of version 1.0: decimal lines in whole blocks before the data. Also returns its length in bytes.</summary>
    public static async ValueTask<(List<(long Offset, long Length)> Segments, long Used)> ReadDataAsync(
        TarInput input, long storedSize, int maxBytes, CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        var line = new List<byte>(20);
        long used = 0;
        for (long? wanted = null; wanted is null || numbers.Count < wanted;)
        {
            if (used + BlockSize > storedSize)
                throw LayerPaths.Invalid("The map of a sparse file is longer than its data");
            if (used >= maxBytes)
                throw TooLarge(maxBytes);
            var block = await input.ReadBlockAsync(cancellationToken).ConfigureAwait(false)
                ?? throw LayerPaths.Invalid("The tar ends in the map of a sparse file");
            used += BlockSize;
            foreach (var b in block.Span)
            {
                if (wanted is { } complete && numbers.Count == complete)
                    break;
                if (b != '\n')
                {
                    line.Add(line.Count < 20 ? b : throw LayerPaths.Invalid("A number in the map of a sparse file is too long"));
                    continue;
                }

                var number = Number([.. line]);
                line.Clear();
                if (wanted is not null)
                    numbers.Add(number);
                else
                    wanted = number <= maxBytes ? number * 2 : throw TooLarge(maxBytes);
            }
        }

        var segments = new List<(long, long)>(numbers.Count / 2);
        for (var i = 0; i + 1 < numbers.Count; i += 2)
            segments.Add((numbers[i], numbers[i + 1]));
        return (segments, used);
    }

    private static long Number(byte[] text) => TarNumber.ParseDecimal(text, "map of a sparse file");

    private static LimitExceededException TooLarge(int maxBytes) =>
        new("The map of a sparse file", "RestoreLimits.MaxHeaderBytes", maxBytes);

    private static void ReadEntries(ReadOnlySpan<byte> entries, List<(long, long)> segments)
    {
        for (; entries.Length >= 24 && entries[0] != 0; entries = entries[24..])
            segments.Add((TarNumber.Parse(entries[..12], "sparse offset"), TarNumber.Parse(entries.Slice(12, 12), "sparse length")));
    }
}
