namespace RegistryCache.Core.Pictures;

/// <summary>Orders the boxes of each line so that few links cross, and moves them near to what they are linked to. Each pass goes over the
/// lines once and moves every box to the mean of its neighbours; the number of passes is fixed. The result depends only on the graph.
/// Source: Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981.</summary>
internal sealed class LineOrder
{
    private const int Passes = 6;

    private readonly IReadOnlyList<PictureBox> _boxes;
    private readonly List<List<int>> _lines;
    private readonly Dictionary<int, double> _along = [];
    private readonly int _step;

    public LineOrder(IReadOnlyList<PictureBox> boxes, int[] ranks, List<int> members, int step)
    {
        (_boxes, _step) = (boxes, step);
        var visited = FromTheEnd(boxes, members);
        _lines = [.. members.GroupBy(m => ranks[m]).OrderBy(g => g.Key).Select(g => g.OrderBy(m => visited[m]).ToList())];
        foreach (var line in _lines)
        {
            for (var i = 0; i < line.Count; i++)
                _along[line[i]] = (i - (line.Count - 1) / 2.0) * step;
        }
    }

    /// <summary>The lines in order, each with its boxes in order and their places along the line.</summary>
    public List<List<(int Box, double Along)>> Arrange()
    {
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 1; i < _lines.Count; i++)
                Move(_lines[i], box => Mean(_boxes[box].Parents), reorder: true);
            for (var i = _lines.Count - 2; i >= 0; i--)
                Move(_lines[i], box => Mean(_boxes[box].Children), reorder: true);
        }

        foreach (var line in _lines)
            Move(line, box => Mean([.. _boxes[box].Parents, .. _boxes[box].Children]), reorder: false);
        return [.. _lines.Select(line => line.Select(box => (box, _along[box])).ToList())];
    }

    /// <summary>A walk from the last boxes to what they use. Boxes of one branch get numbers next to each other.</summary>
    private static Dictionary<int, int> FromTheEnd(IReadOnlyList<PictureBox> boxes, List<int> members)
    {
        var visited = new Dictionary<int, int>(members.Count);
        var stack = new Stack<int>();
        foreach (var last in members.Where(m => boxes[m].Children.Count == 0))
        {
            stack.Push(last);
            while (stack.TryPop(out var box))
            {
                if (!visited.TryAdd(box, visited.Count))
                    continue;
                for (var i = boxes[box].Parents.Count - 1; i >= 0; i--)
                    stack.Push(boxes[box].Parents[i]);
            }
        }

        return visited;
    }

    private double? Mean(List<int> neighbours) => neighbours.Count == 0 ? null : neighbours.Average(n => _along[n]);

    private void Move(List<int> line, Func<int, double?> mean, bool reorder)
    {
        var wanted = line.ToDictionary(box => box, box => mean(box) ?? _along[box]);
        if (reorder)
        {
            // Sort is not stable, so equal places keep their order by it.
            var order = line.Select((box, i) => (box, i)).OrderBy(b => wanted[b.box]).ThenBy(b => b.i).Select(b => b.box).ToList();
            line.Clear();
            line.AddRange(order);
        }

        Spread(line, wanted);
    }

    /// <summary>Places boxes at least one step apart, as near as possible to where they want to be, in the least squares: boxes that would
    /// overlap form a block, which stands at the mean of its wishes.</summary>
    private void Spread(List<int> line, Dictionary<int, double> wanted)
    {
        var blocks = new Stack<(int First, int Count, double Sum)>();
        for (var i = 0; i < line.Count; i++)
        {
            var block = (First: i, Count: 1, Sum: wanted[line[i]] - (double)i * _step);
            while (blocks.TryPeek(out var last) && last.Sum / last.Count > block.Sum / block.Count)
            {
                blocks.Pop();
                block = (last.First, last.Count + block.Count, last.Sum + block.Sum);
            }

            blocks.Push(block);
        }

        foreach (var (first, count, sum) in blocks)
        {
            for (var i = first; i < first + count; i++)
                _along[line[i]] = sum / count + (double)i * _step;
        }
    }
}
