namespace RegistryCache.Core.Pictures;

/// <summary>Draws several records as one box until there are few enough boxes: a source into the only record that uses it, a run of
/// records that only follow each other, and final records with the same inputs. Only records of the same kind are put together. Each
/// pass takes time in proportion to the links.</summary>
internal sealed class PictureFolding
{
    private const int MaxRounds = 8;

    private readonly IReadOnlyList<int[]> _parents;
    private readonly IReadOnlyList<bool> _isBareSource;
    private readonly IReadOnlyList<PictureSide> _sides;

    // The last member of each group stands for it, so that the order of the groups keeps inputs before what uses them.
    private readonly int[] _next;
    private int _count;

    private PictureFolding(IReadOnlyList<int[]> parents, IReadOnlyList<bool> isBareSource, IReadOnlyList<PictureSide> sides)
    {
        (_parents, _isBareSource, _sides) = (parents, isBareSource, sides);
        _next = [.. Enumerable.Range(0, parents.Count)];
        _count = parents.Count;
    }

    /// <summary>For each record the last record of its group.</summary>
    /// <param name="parents">For each record those that it uses, all of them before it.</param>
    /// <param name="isBareSource">Whether a record has neither inputs nor results.</param>
    /// <param name="sides">The side of each record.</param>
    /// <param name="limit">How many groups are few enough.</param>
    public static int[] Fold(
        IReadOnlyList<int[]> parents, IReadOnlyList<bool> isBareSource, IReadOnlyList<PictureSide> sides, int limit)
    {
        var folding = new PictureFolding(parents, isBareSource, sides);
        for (var (round, before) = (0, int.MaxValue); round < MaxRounds && folding._count > limit && folding._count < before; round++)
        {
            before = folding._count;
            folding.FoldSources();
            if (folding._count > limit)
                folding.FoldRuns();
            if (folding._count > limit)
                folding.FoldSiblings();
        }

        return [.. Enumerable.Range(0, parents.Count).Select(folding.Find)];
    }

    private void FoldSources()
    {
        var (parents, children) = Contract();
        foreach (var group in children.Keys.Where(g => _isBareSource[g] && children[g].Count == 1 && !parents.ContainsKey(g)).ToList())
            Unite(group, children[group].First());
    }

    private void FoldRuns()
    {
        var (parents, children) = Contract();
        foreach (var (group, above) in parents)
        {
            if (above.Count == 1 && children[above.First()].Count == 1)
                Unite(above.First(), group);
        }
    }

    private void FoldSiblings()
    {
        var (parents, children) = Contract();
        var first = new Dictionary<(PictureSide Side, string Parents), int>();
        for (var i = 0; i < _next.Length; i++)
        {
            if (_next[i] != i || children.ContainsKey(i))
                continue;
            var key = (_sides[i], parents.TryGetValue(i, out var above) ? string.Join(' ', above) : "");
            if (!first.TryAdd(key, i))
                Unite(first[key], i);
        }
    }

    private (SortedDictionary<int, SortedSet<int>> Parents, Dictionary<int, SortedSet<int>> Children) Contract()
    {
        var parents = new SortedDictionary<int, SortedSet<int>>();
        var children = new Dictionary<int, SortedSet<int>>();
        for (var i = 0; i < _next.Length; i++)
        {
            var group = Find(i);
            foreach (var parent in _parents[i].Select(Find).Where(p => p != group))
            {
                Add(parents, group, parent);
                Add(children, parent, group);
            }
        }

        return (parents, children);
    }

    private static void Add(IDictionary<int, SortedSet<int>> sets, int key, int value)
    {
        if (!sets.TryGetValue(key, out var set))
            sets.Add(key, set = []);
        set.Add(value);
    }

    private int Find(int i)
    {
        while (_next[i] != i)
            i = _next[i] = _next[_next[i]];
        return i;
    }

    private void Unite(int x, int y)
    {
        (x, y) = (Find(x), Find(y));
        if (x == y || _sides[x] != _sides[y])
            return;
        _next[Math.Min(x, y)] = Math.Max(x, y);
        _count--;
    }
}
