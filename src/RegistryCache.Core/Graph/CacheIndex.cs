using System.Collections.Immutable;

namespace RegistryCache;

/// <summary>Look-up in a graph as BuildKit's solver does it: OR among the links of an input, AND across inputs on the same record, exact
/// selectors. Built once in time proportional to the links; a look-up then costs as much as the records that it meets. Immutable and
/// thread-safe. Source: BuildKit solver/cachemanager.go and cache/remotecache/v1/cachestorage.go.</summary>
public sealed class CacheIndex
{
    private readonly Dictionary<string, CacheRecord> _roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CacheRecord>> _byDigest = new(StringComparer.Ordinal);
    private readonly Dictionary<(CacheRecord Source, int Input, string Selector, string Digest), List<CacheRecord>> _children = [];
    private readonly Dictionary<CacheRecord, int> _positions = new(ReferenceEqualityComparer.Instance);

    /// <summary>Indexes a graph.</summary>
    /// <param name="graph">The graph.</param>
    public CacheIndex(CacheGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        foreach (var record in graph.Records)
            Add(record);
    }

    /// <summary>What is indexed.</summary>
    public CacheGraph Graph { get; }

    /// <summary>All records with a digest, whatever their inputs, in the graph's order. An equal digest alone is not a match.</summary>
    /// <param name="recordDigest">The record digest.</param>
    public IReadOnlyList<CacheRecord> WithDigest(string recordDigest)
    {
        ArgumentNullException.ThrowIfNull(recordDigest);
        return _byDigest.TryGetValue(recordDigest, out var records) ? records.AsReadOnly() : [];
    }

    /// <summary>The record without inputs that has a digest, or <see langword="null"/>.</summary>
    /// <param name="recordDigest">The record digest.</param>
    public CacheRecord? Root(string recordDigest)
    {
        ArgumentNullException.ThrowIfNull(recordDigest);
        return _roots.GetValueOrDefault(recordDigest);
    }

    /// <summary>The records with a digest that one input leads to: those with at least one of the links.</summary>
    /// <param name="recordDigest">The record digest.</param>
    /// <param name="input">Which input, from 0.</param>
    /// <param name="known">What is known of the input: records of <see cref="Graph"/> and the selector that is used on them.</param>
    public IReadOnlyList<CacheRecord> Candidates(string recordDigest, int input, IReadOnlyList<CacheLink> known)
    {
        ArgumentNullException.ThrowIfNull(recordDigest);
        ArgumentNullException.ThrowIfNull(known);
        return InGraphOrder(Lists(recordDigest, input, known).SelectMany(l => l));
    }

    /// <summary>Finds the records of a step: those that every input leads to.</summary>
    /// <param name="recordDigest">The record digest of the step's output.</param>
    /// <param name="knownInputs">For each input, in order, what is known of it: records of <see cref="Graph"/> and the selector that is
    /// used on them. An input without known records matches nothing. Without inputs, the record without inputs is looked up.</param>
    /// <returns>The records, in the order of the graph; several when the same step is known with different ancestries. Even if none
    /// has a result, later steps can be found. Of several results BuildKit takes the newest.</returns>
    /// <remarks>A record with another number of inputs never matches. BuildKit does not compare the number, because there it follows from
    /// the operation; here, steps come from any program.</remarks>
    public IReadOnlyList<CacheRecord> Find(string recordDigest, params IReadOnlyList<IReadOnlyList<CacheLink>> knownInputs)
    {
        ArgumentNullException.ThrowIfNull(recordDigest);
        ArgumentNullException.ThrowIfNull(knownInputs);
        if (knownInputs.Count == 0)
            return Root(recordDigest) is { } root ? [root] : [];

        var candidates = new List<List<CacheRecord>>[knownInputs.Count];
        var (smallest, smallestCount) = (0, long.MaxValue);
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i] = Lists(recordDigest, i, knownInputs[i]);
            var count = candidates[i].Sum(l => (long)l.Count);
            if (count == 0)
                return [];
            if (count < smallestCount)
                (smallest, smallestCount) = (i, count);
        }

        // Only the input with the fewest candidates is walked; the others are asked through the record's own links.
        var matches = candidates[smallest].SelectMany(l => l)
            .Where(r => r.Inputs.Length == knownInputs.Count && LeadToAll(r, knownInputs, smallest));
        return InGraphOrder(matches);
    }

    private static bool LeadToAll(CacheRecord record, IReadOnlyList<IReadOnlyList<CacheLink>> knownInputs, int except)
    {
        for (var i = 0; i < knownInputs.Count; i++)
        {
            if (i != except && !LeadTo(record.Inputs[i], knownInputs[i]))
                return false;
        }

        return true;
    }

    private static bool LeadTo(ImmutableArray<CacheLink> links, IReadOnlyList<CacheLink> known)
    {
        foreach (var link in links)
        {
            for (var k = 0; k < known.Count; k++)
            {
                if (ReferenceEquals(link.Record, known[k].Record) && link.Selector == known[k].Selector)
                    return true;
            }
        }

        return false;
    }

    private List<List<CacheRecord>> Lists(string recordDigest, int input, IReadOnlyList<CacheLink> known)
    {
        var lists = new List<List<CacheRecord>>(known.Count);
        for (var i = 0; i < known.Count; i++)
        {
            if (_children.TryGetValue((known[i].Record, input, known[i].Selector, recordDigest), out var children))
                lists.Add(children);
        }

        return lists;
    }

    private ImmutableArray<CacheRecord> InGraphOrder(IEnumerable<CacheRecord> records) =>
        [.. records.Distinct<CacheRecord>(ReferenceEqualityComparer.Instance).OrderBy(r => _positions[r])];

    private void Add(CacheRecord record)
    {
        _positions.Add(record, _positions.Count);
        Append(_byDigest, record.Digest, record);
        if (record.Inputs.IsEmpty)
            _roots.TryAdd(record.Digest, record);
        for (var i = 0; i < record.Inputs.Length; i++)
        {
            foreach (var link in record.Inputs[i])
                Append(_children, (link.Record, i, link.Selector, record.Digest), record);
        }
    }

    private static void Append<TKey>(Dictionary<TKey, List<CacheRecord>> lists, TKey key, CacheRecord record)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists.Add(key, list = []);
        if (list.Count == 0 || !ReferenceEquals(list[^1], record))
            list.Add(record);
    }
}
