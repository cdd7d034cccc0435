using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache.Core.Graph;

/// <summary>Finds and merges the records that a new one is equal to. Source: BuildKit cache/remotecache/v1/chains.go, Add.</summary>
internal static class RecordMatch
{
    /// <summary>The records with this digest that are reachable, for every input, through at least one of its links.</summary>
    public static List<CacheGraphNode> Find(string digest, IReadOnlyList<IReadOnlyList<NodeLink>> inputs, MergeBudget budget)
    {
        var candidates = new List<HashSet<CacheGraphNode>>[inputs.Count];
        var smallest = 0;
        var smallestCount = long.MaxValue;
        for (var i = 0; i < inputs.Count; i++)
        {
            var sets = candidates[i] = [];
            long count = 0;
            foreach (var link in inputs[i])
            {
                budget.Spend();
                if (link.Source.Children.TryGetValue((link.Selector, i, digest), out var set))
                {
                    sets.Add(set);
                    count += set.Count;
                }
            }

            if (count == 0)
                return [];
            if (count < smallestCount)
                (smallest, smallestCount) = (i, count);
        }

        // Only the candidates of the smallest input are visited, so a record with very many children costs little.
        var matches = new HashSet<CacheGraphNode>();
        foreach (var node in candidates[smallest].SelectMany(s => s))
        {
            budget.Spend(inputs.Count);
            if (Array.TrueForAll(candidates, sets => sets.Exists(s => s.Contains(node))))
                matches.Add(node);
        }

        return [.. matches];
    }

    /// <summary>Moves children and results of all matches to one of them and returns it. The others stay as records of their own, as in
    /// BuildKit; which one is chosen is arbitrary there, and the first along the links here.</summary>
    public static CacheGraphNode Unite(List<CacheGraphNode> matches, MergeBudget budget)
    {
        var main = matches[0];
        if (matches.Count == 1)
            return main;
        var ancestors = Reach(main, budget, static n => n.Parents);
        foreach (var other in matches.Skip(1))
        {
            foreach (var (key, children) in other.Children)
            {
                foreach (var child in children.Where(c => !ancestors.Contains(c)).ToList())
                {
                    var links = child.Inputs[key.Input];
                    budget.Spend(links.Count);
                    children.Remove(child);
                    links.RemoveAll(l => ReferenceEquals(l.Source, other) && l.Selector == key.Selector);
                    child.AddLink(key.Input, main, key.Selector);
                }
            }

            foreach (var result in other.Results)
                main.AddResult(result);
        }

        return main;
    }

    /// <summary>The node and its descendants, or <see langword="null"/> when every link is there already: a parent cannot be a descendant
    /// as well, so most additions need no walk.</summary>
    public static HashSet<CacheGraphNode>? DescendantsIfLinksAreNew(
        CacheGraphNode node, IReadOnlyList<IReadOnlyList<NodeLink>> inputs, MergeBudget budget)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            foreach (var link in inputs[i])
            {
                budget.Spend();
                if (!link.Source.Children.TryGetValue((link.Selector, i, node.Digest), out var set) || !set.Contains(node))
                    return Reach(node, budget, static n => n.Children.Values.SelectMany(c => c));
            }
        }

        return null;
    }

    private static HashSet<CacheGraphNode> Reach(
        CacheGraphNode start, MergeBudget budget, Func<CacheGraphNode, IEnumerable<CacheGraphNode>> next)
    {
        var seen = new HashSet<CacheGraphNode> { start };
        var stack = new Stack<CacheGraphNode>();
        stack.Push(start);
        while (stack.TryPop(out var node))
        {
            foreach (var n in next(node))
            {
                budget.Spend();
                if (seen.Add(n))
                    stack.Push(n);
            }
        }

        return seen;
    }
}
