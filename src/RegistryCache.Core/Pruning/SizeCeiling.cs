using RegistryCache.Core.Graph;
using Result = (RegistryCache.CacheRecord Record, RegistryCache.CacheResult Result, string? Key);

namespace RegistryCache.Core.Pruning;

/// <summary>Takes results away until the layers of the others fit into a size. The chains of all results are a forest: a chain stands on
/// its parent. Only what nothing stands on is taken, with all layers below it that nothing else needs. Such a run of layers is known by
/// its lowest chain, here called its root, and ends in its tip, which has results. Every chain is looked at a fixed number of
/// times.</summary>
internal sealed class SizeCeiling
{
    private readonly ChainTable _table = new();
    private readonly Dictionary<LayerChain, Node> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly List<Node> _byPosition = [];
    private readonly Dictionary<Digest, (long Size, int Chains)> _layers = [];
    private readonly PriorityQueue<(Node Root, long Bytes), (Node Tip, long Bytes)> _queue;
    private long _size;

    private SizeCeiling(PruneOrder pruneOrder, ResultOrder order)
    {
        _queue = new(Comparer<(Node Tip, long Bytes)>.Create((x, y) =>
        {
            var byBytes = pruneOrder == PruneOrder.LargestFirst ? y.Bytes.CompareTo(x.Bytes) : 0;
            var byDate = byBytes != 0 ? byBytes : order.Compare(y.Tip.Newest, x.Tip.Newest);
            return byDate != 0 ? byDate : x.Tip.Position.CompareTo(y.Tip.Position);
        }));
    }

    /// <summary>The chains, as they are in the results, whose results go.</summary>
    public static HashSet<LayerChain> Take(
        IEnumerable<CacheGraph> graphs, IEnumerable<Result> candidates, long maxBytes, PruneOrder pruneOrder, ResultOrder order)
    {
        var ceiling = new SizeCeiling(pruneOrder, order);
        foreach (var result in graphs.SelectMany(g => g.Records).SelectMany(r => r.Results))
        {
            if (result.Chain is not null)
                ceiling.Add(result.Chain, result, order).Pins++;
        }

        foreach (var (_, result, _) in candidates)
            ceiling._nodes[ceiling._table.Intern(result.Chain!)].Pins--;
        ceiling.Run(maxBytes);
        return new HashSet<LayerChain>(
            ceiling._byPosition.Where(n => n.IsTaken).SelectMany(n => n.Sources), ReferenceEqualityComparer.Instance);
    }

    private Node Add(LayerChain chain, CacheResult result, ResultOrder order)
    {
        var tip = Ensure(_table.Intern(chain));
        tip.Results++;
        tip.Sources.Add(chain);
        tip.Newest = order.Best(tip.Newest is null ? [result] : [tip.Newest, result]);
        return tip;
    }

    private Node Ensure(LayerChain chain)
    {
        if (_nodes.TryGetValue(chain, out var found))
            return found;
        var first = Create(chain);
        for (var (node, parent) = (first, chain.Parent); parent is not null; parent = parent.Parent)
        {
            var isNew = !_nodes.TryGetValue(parent, out var below);
            node.Parent = below ??= Create(parent);
            below.Children++;
            below.OnlyChild ^= node.Position;
            if (!isNew)
                break;
            node = below;
        }

        return first;
    }

    private Node Create(LayerChain chain)
    {
        var size = chain.Top.Descriptor.Size;
        var (_, chains) = _layers.GetValueOrDefault(chain.Top.Digest);
        _layers[chain.Top.Digest] = (size, chains + 1);
        _size += chains == 0 ? size : 0;
        var node = new Node(chain.Top.Digest, size, _nodes.Count);
        _nodes.Add(chain, node);
        _byPosition.Add(node);
        return node;
    }

    private void Run(long maxBytes)
    {
        foreach (var node in _byPosition)
        {
            if (node.Children == 0 && node.Pins == 0)
                Offer(node);
        }

        while (_size > maxBytes && _queue.TryDequeue(out var next, out _))
        {
            // A run that has grown since then is in the queue again.
            if (next.Root.Tip is not { } tip || next.Root.Bytes != next.Bytes)
                continue;
            next.Root.Tip = null;
            tip.IsTaken = true;
            for (var node = tip; node != next.Root.Parent; node = node.Parent!)
                Free(node);
            if (next.Root.Parent is not { } below)
                continue;
            below.Children--;
            below.OnlyChild ^= next.Root.Position;
            if (below.Children == 0 && below.Pins == 0)
                Offer(below);
            else if (below is { Children: 1, Results: 0 } && _byPosition[below.OnlyChild] is { Tip: not null } rest)
                Extend(rest);
        }
    }

    private void Offer(Node tip)
    {
        (tip.Tip, tip.Bytes) = (tip, tip.Size);
        Extend(tip);
    }

    /// <summary>Lengthens a run down to the first chain that something else needs, and puts it into the queue.</summary>
    private void Extend(Node root)
    {
        while (root.Parent is { Children: 1, Results: 0 } below)
        {
            (below.Tip, below.Bytes) = (root.Tip, root.Bytes + below.Size);
            root.Tip = null;
            root = below;
        }

        _queue.Enqueue((root, root.Bytes), (root.Tip!, root.Bytes));
    }

    private void Free(Node node)
    {
        var (size, chains) = _layers[node.Layer];
        _layers[node.Layer] = (size, chains - 1);
        _size -= chains == 1 ? size : 0;
    }

    /// <summary>A chain: what stands on it, and what is known of the run of layers that begins with it.</summary>
    private sealed class Node(Digest layer, long size, int position)
    {
        public Digest Layer => layer;

        public long Size => size;

        public int Position => position;

        public Node? Parent { get; set; }

        public int Children { get; set; }

        /// <summary>The positions of all children, combined by exclusive or: of one child, its position.</summary>
        public int OnlyChild { get; set; }

        public int Results { get; set; }

        /// <summary>How many results of the chain must stay.</summary>
        public int Pins { get; set; }

        public CacheResult? Newest { get; set; }

        public List<LayerChain> Sources { get; } = [];

        /// <summary>The upper end of the run that begins here, if one does.</summary>
        public Node? Tip { get; set; }

        public long Bytes { get; set; }

        public bool IsTaken { get; set; }
    }
}
