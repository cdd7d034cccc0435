namespace RegistryCache.Core.Graph;

/// <summary>Finds the chains that are a contiguous run of the layers of others. All chains are sorted by their layers from the top down, in
/// rounds that double the compared length. What starts, from the top, with the layers of one chain then follows that chain directly, so
/// each chain is compared with one other. For n chains, the work is n log n times the logarithm of the depth, for any shape.</summary>
internal sealed class ChainRuns
{
    private readonly List<LayerChain> _chains;
    private readonly int _hosts;

    // For each round k: the order of each chain by its upper 2^k layers, and the chain below those layers or -1.
    private readonly List<int[]> _ranks = [];
    private readonly List<int[]> _below = [];

    private ChainRuns(List<LayerChain> chains, int hosts)
    {
        _chains = chains;
        _hosts = hosts;
        var positions = new Dictionary<LayerChain, int>(ReferenceEqualityComparer.Instance);
        var digests = new Dictionary<Digest, int>();
        var (ranks, below) = (new int[chains.Count], new int[chains.Count]);
        for (var i = 0; i < chains.Count; i++)
        {
            positions.Add(chains[i], i);
            digests.TryAdd(chains[i].Top.Digest, digests.Count + 1);
            ranks[i] = digests[chains[i].Top.Digest];
            below[i] = chains[i].Parent is { } parent ? positions[parent] : -1;
        }

        _ranks.Add(ranks);
        _below.Add(below);
        for (var distinct = digests.Count; distinct < chains.Count;)
        {
            if (_ranks.Count > 32)
                throw new InvalidOperationException("Two chains are equal but not the same object, so they have no order.");
            distinct = Double();
        }
    }

    public long Steps { get; private set; }

    /// <summary>Those candidates that are a contiguous run of a host and not a host. Both lists have all lower parts of their chains,
    /// parents before children; a lower part of a candidate can be a host. All chains are of one graph, so equal ones are one object.
    /// <paramref name="steps"/> counts how often a chain was looked at.</summary>
    public static List<LayerChain> Find(IReadOnlyCollection<LayerChain> hosts, IEnumerable<LayerChain> candidates, out long steps)
    {
        var known = new HashSet<LayerChain>(hosts, ReferenceEqualityComparer.Instance);
        var digests = hosts.Select(h => h.Top.Digest).ToHashSet();
        List<LayerChain> chains = [.. hosts];

        // A layer that no host has excludes everything that is built on it. In a real cache, this is nearly everything.
        foreach (var candidate in candidates)
        {
            if (digests.Contains(candidate.Top.Digest) && (candidate.Parent is null || known.Contains(candidate.Parent))
                && known.Add(candidate))
                chains.Add(candidate);
        }

        steps = chains.Count;
        if (chains.Count == hosts.Count)
            return [];
        var runs = new ChainRuns(chains, hosts.Count);
        var found = runs.Find();
        steps += runs.Steps;
        return found;
    }

    private List<LayerChain> Find()
    {
        var order = new int[_chains.Count];
        var ranks = _ranks[^1];
        for (var i = 0; i < order.Length; i++)
            order[ranks[i] - 1] = i;
        var found = new List<LayerChain>();
        var host = -1;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            Steps++;
            if (order[i] < _hosts)
                host = order[i];
            else if (host >= 0 && StartsWith(host, order[i]))
                found.Add(_chains[order[i]]);
        }

        return found;
    }

    /// <summary>Whether a chain has, from the top down, the layers of another one first.</summary>
    private bool StartsWith(int chain, int start)
    {
        var remaining = _chains[start].Length;
        for (var round = _ranks.Count - 1; remaining > 0 && chain != start; round--)
        {
            Steps++;
            if (round < 0 || chain < 0 || start < 0)
                return false;
            if (remaining < 1L << round)
                continue;
            if (_ranks[round][chain] != _ranks[round][start])
                return false;
            (chain, start) = (_below[round][chain], _below[round][start]);
            remaining -= 1 << round;
        }

        return true;
    }

    /// <summary>Orders by twice as many layers; returns how many orders there are.</summary>
    private int Double()
    {
        var (ranks, below) = (_ranks[^1], _below[^1]);
        var (keys, order) = (new ulong[ranks.Length], new int[ranks.Length]);
        for (var i = 0; i < keys.Length; i++)
        {
            Steps++;
            keys[i] = ((ulong)ranks[i] << 32) | (uint)(below[i] < 0 ? 0 : ranks[below[i]]);
            order[i] = i;
        }

        Array.Sort(keys, order);
        var (nextRanks, nextBelow) = (new int[ranks.Length], new int[ranks.Length]);
        var distinct = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1])
                distinct++;
            nextRanks[order[i]] = distinct;
            nextBelow[order[i]] = below[order[i]] < 0 ? -1 : below[below[order[i]]];
        }

        _ranks.Add(nextRanks);
        _below.Add(nextBelow);
        return distinct;
    }
}
