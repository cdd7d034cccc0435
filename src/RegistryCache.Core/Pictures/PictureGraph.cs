using System.Collections.Immutable;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Pictures;

/// <summary>The boxes and lines of a picture, before anything has a place. Boxes stand after those that they use.</summary>
internal sealed class PictureGraph
{
    private PictureGraph(ImmutableArray<PictureBox> boxes, ImmutableArray<PictureEdge> edges, ImmutableArray<CacheRecord> records)
    {
        (Boxes, Edges, Records) = (boxes, edges, records);
        foreach (var edge in edges)
        {
            boxes[edge.From].Children.Add(edge.To);
            boxes[edge.To].Parents.Add(edge.From);
        }
    }

    public ImmutableArray<PictureBox> Boxes { get; }

    public ImmutableArray<PictureEdge> Edges { get; }

    /// <summary>All records without joining records, inputs before what uses them.</summary>
    public ImmutableArray<CacheRecord> Records { get; }

    /// <param name="graph">The cache. Its joining records are not drawn: they are no step of a build.</param>
    /// <param name="sideOf">The side of a record.</param>
    /// <param name="foldAbove">With more records than this, records are folded until there are at most as many boxes, if possible.</param>
    public static PictureGraph Of(CacheGraph graph, Func<CacheRecord, PictureSide> sideOf, int foldAbove)
    {
        ImmutableArray<CacheRecord> records = [.. GraphWalk.ParentsFirst(JoiningRecord.Without(graph))];
        var numbers = new Dictionary<CacheRecord, int>(ReferenceEqualityComparer.Instance);
        foreach (var record in records)
            numbers.Add(record, numbers.Count);
        List<PictureSide> sides = [.. records.Select(sideOf)];
        var groups = PictureFolding.Fold(
            [.. records.Select(r => r.Inputs.SelectMany(links => links).Select(l => numbers[l.Record]).Distinct().ToArray())],
            [.. records.Select(r => r.Inputs.IsEmpty && r.Results.IsEmpty)],
            sides,
            foldAbove);

        var boxOf = new Dictionary<int, int>();
        var boxes = ImmutableArray.CreateBuilder<PictureBox>();
        foreach (var group in Enumerable.Range(0, records.Length).GroupBy(i => groups[i]).OrderBy(g => g.Key))
        {
            boxOf.Add(group.Key, boxes.Count);
            boxes.Add(new PictureBox([.. group.Select(i => records[i])], sides[group.Key]));
        }

        var edges = new SortedDictionary<(int From, int To), bool>();
        foreach (var (record, i) in records.Select((r, i) => (r, i)))
        {
            foreach (var links in record.Inputs)
            {
                foreach (var link in links)
                {
                    var (from, to) = (boxOf[groups[numbers[link.Record]]], boxOf[groups[i]]);
                    if (from != to)
                        edges[(from, to)] = edges.GetValueOrDefault((from, to), true) && links.Length > 1;
                }
            }
        }

        return new PictureGraph(boxes.ToImmutable(), [.. edges.Select(e => new PictureEdge(e.Key.From, e.Key.To, e.Value))], records);
    }
}
