using System.Security.Cryptography;
using System.Text;

namespace RegistryCache.Core.Format;

/// <summary>BuildKit's order of layer entries: blob, then base layers first. For one blob on several parents BuildKit compares positions
/// that differ from run to run; there a graph that was read from a config keeps that config's order, and any other graph is ordered by the
/// length and then a hash of the ancestry. Source: BuildKit cache/remotecache/v1/utils.go, sortConfig.</summary>
internal sealed class ChainOrder : IComparer<LayerChain>
{
    private readonly Dictionary<LayerChain, int> _sourceRank = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlyList<LayerChain> _chains;
    private Dictionary<LayerChain, byte[]>? _identities;

    public ChainOrder(IReadOnlyList<LayerChain> chains, IEnumerable<LayerChain> sourceOrder)
    {
        _chains = chains;
        foreach (var chain in sourceOrder)
            _sourceRank.Add(chain, _sourceRank.Count);
        if (!chains.All(_sourceRank.ContainsKey))
            _sourceRank.Clear();
    }

    public List<LayerChain> Sort()
    {
        var sorted = _chains.ToList();
        sorted.Sort(this);
        return sorted;
    }

    public int Compare(LayerChain? x, LayerChain? y)
    {
        if (ReferenceEquals(x, y) || x is null || y is null)
            return 0;
        var order = x.Top.Digest.CompareTo(y.Top.Digest);
        if (order == 0)
            order = (x.Parent is not null).CompareTo(y.Parent is not null);
        if (order != 0)
            return order;
        if (_sourceRank.Count > 0)
            return _sourceRank[x].CompareTo(_sourceRank[y]);
        _identities ??= Identify();
        order = x.Length.CompareTo(y.Length);
        return order != 0 ? order : _identities[x].AsSpan().SequenceCompareTo(_identities[y]);
    }

    private Dictionary<LayerChain, byte[]> Identify()
    {
        var identities = new Dictionary<LayerChain, byte[]>(ReferenceEqualityComparer.Instance);
        foreach (var chain in _chains)
        {
            var own = Encoding.ASCII.GetBytes(chain.Top.Digest.ToString());
            identities.Add(chain, SHA256.HashData(chain.Parent is null ? own : [.. own, .. identities[chain.Parent]]));
        }

        return identities;
    }
}
