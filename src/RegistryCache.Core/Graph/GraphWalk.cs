namespace RegistryCache.Core.Graph;

/// <summary>Walks that need no stack of their own depth: a hostile graph may be a million records deep.</summary>
internal static class GraphWalk
{
    /// <summary>The given records and everything that they link to, each once, parents before children.</summary>
    public static List<CacheRecord> ParentsFirst(IEnumerable<CacheRecord> roots) =>
        ParentsFirst(roots, static record => record.Inputs.SelectMany(links => links).Select(link => link.Record));

    /// <summary>The given nodes and everything above them, each once, parents before children. The graph must be free of cycles.</summary>
    public static List<T> ParentsFirst<T>(IEnumerable<T> roots, Func<T, IEnumerable<T>> parents)
        where T : class
    {
        var order = new List<T>();
        var finished = new Dictionary<T, bool>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<T>();
        foreach (var root in roots)
        {
            stack.Push(root);
            while (stack.TryPeek(out var node))
            {
                if (finished.TryAdd(node, false))
                {
                    foreach (var parent in parents(node))
                    {
                        if (!finished.ContainsKey(parent))
                            stack.Push(parent);
                    }

                    continue;
                }

                stack.Pop();
                if (!finished[node])
                {
                    finished[node] = true;
                    order.Add(node);
                }
            }
        }

        return order;
    }
}
