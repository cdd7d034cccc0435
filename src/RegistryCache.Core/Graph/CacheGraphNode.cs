using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache;

/// <summary>A record that is still being built, to be linked to. Returned by <see cref="CacheGraphBuilder"/>.</summary>
public sealed class CacheGraphNode
{
    internal CacheGraphNode(CacheGraphBuilder owner, string digest)
    {
        Owner = owner;
        Digest = digest;
    }

    /// <summary>The record digest.</summary>
    public string Digest { get; }

    internal CacheGraphBuilder Owner { get; }

    /// <summary>The position of the record in the finished graph. Records without one come last, in the order of addition.</summary>
    internal int Rank { get; set; } = int.MaxValue;

    internal List<List<NodeLink>> Inputs { get; } = [];

    internal Dictionary<(string Selector, int Input, string Digest), HashSet<CacheGraphNode>> Children { get; } = [];

    internal List<CacheResult> Results { get; } = [];

    internal IEnumerable<CacheGraphNode> Parents => Inputs.SelectMany(links => links).Select(link => link.Source);

    internal void AddLink(int input, CacheGraphNode source, string selector)
    {
        var key = (selector, input, Digest);
        if (!source.Children.TryGetValue(key, out var children))
            source.Children.Add(key, children = []);
        if (!children.Add(this))
            return;
        while (Inputs.Count <= input)
            Inputs.Add([]);
        Inputs[input].Add((source, selector));
    }

    /// <summary>Adds a result unless the same chain with the same time is there. BuildKit compares the number of layers instead of the
    /// layers, which looks unintended and can lose a result; see docs/adr/0006-duplicate-results.md.</summary>
    internal void AddResult(CacheResult result)
    {
        if (!Results.Exists(r => ReferenceEquals(r.Chain, result.Chain) && r.CreatedAt == result.CreatedAt))
            Results.Add(result);
    }
}
