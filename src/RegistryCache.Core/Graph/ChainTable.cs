namespace RegistryCache.Core.Graph;

/// <summary>Makes equal chains the same object. Two chains are equal when their blobs are equal, base to top. Of several layers with one
/// blob, the first is used. Source: BuildKit cache/remotecache/v1/utils.go, marshalRemote.</summary>
internal sealed class ChainTable
{
    private readonly Dictionary<(LayerChain? Parent, Digest Top), LayerChain> _known = [];
    private readonly Dictionary<LayerChain, LayerChain> _interned = new(ReferenceEqualityComparer.Instance);

    public LayerChain Intern(LayerChain? internedParent, CacheLayer top)
    {
        var key = (internedParent, top.Digest);
        if (!_known.TryGetValue(key, out var chain))
        {
            chain = LayerChain.On(internedParent, top);
            _known.Add(key, chain);
            _interned.Add(chain, chain);
        }

        return chain;
    }

    public LayerChain Intern(LayerChain chain)
    {
        var missing = new Stack<LayerChain>();
        LayerChain? result = null;
        for (var c = chain; c is not null && !_interned.TryGetValue(c, out result); c = c.Parent)
            missing.Push(c);
        while (missing.TryPop(out var next))
        {
            result = Intern(result, next.Top);
            _interned.TryAdd(next, result);
        }

        return result!;
    }
}
