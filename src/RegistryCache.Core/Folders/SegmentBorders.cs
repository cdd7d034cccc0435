using RegistryCache.Core.Snapshots;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Folders;

/// <summary>Where one layer of a folder ends and the next begins. It depends on names and sizes alone, so that the same files give the same
/// layers, and an edit changes the layers around it and no others. See docs/adr/0090-a-folder-as-a-chain-of-layers.md.</summary>
internal static class SegmentBorders
{
    /// <summary>The scale of a small folder.</summary>
    public const long SmallestScale = 4 << 20;

    private const int ScalesInAFolder = 32;

    /// <summary>The scale for a folder: the smallest times a power of two, so that the folder is at most 32 times as long. It then has 81
    /// layers at most, and about 25 in practice.</summary>
    public static long ScaleOf(long weight, long smallest)
    {
        var scale = smallest;
        while (scale * ScalesInAFolder < weight)
            scale *= 2;
        return scale;
    }

    /// <summary>Cuts nodes, in their order, into runs of half the scale to twice the scale. A file of twice the scale is alone.
    /// There is always a run, and an empty one only of no nodes.</summary>
    public static IReadOnlyList<ArraySegment<ScannedNode>> Cut(ScannedNode[] nodes, long scale)
    {
        var runs = new List<ArraySegment<ScannedNode>>();
        var start = 0;
        do
        {
            var end = End(nodes, start, scale);
            runs.Add(new ArraySegment<ScannedNode>(nodes, start, end - start));
            start = end;
        }
        while (start < nodes.Length);
        return runs;
    }

    // The border is where the hash of a path is the smallest between the minimum and the maximum. A directory wins over everything else, so
    // that files of one directory stay together. The choice does not depend on how many directories there are, and nearly every run has the
    // same end again when its beginning has moved a little.
    private static int End(ScannedNode[] nodes, int start, long scale)
    {
        var (best, bestRank) = (-1, (IsOther: true, Hash: ulong.MaxValue));
        long weight = 0;
        for (var i = start; i < nodes.Length; i++)
        {
            var node = nodes[i];
            if (node.Entry.Size >= 2 * scale)
                return i == start ? i + 1 : i;
            if (i > start && weight >= scale / 2)
            {
                var rank = (node.Entry.Kind != LayerEntryKind.Directory, EntryIdentity.Of(node.Entry.Path));
                if (best < 0 || rank.CompareTo(bestRank) < 0)
                    (best, bestRank) = (i, rank);
            }

            weight += node.Weight;
            if (weight > 2 * scale && best > 0)
                return best;
        }

        return nodes.Length;
    }
}
