using System.Collections.Immutable;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;
using NodeLink = (RegistryCache.CacheGraphNode Source, string Selector);

namespace RegistryCache;

/// <summary>Builds a <see cref="CacheGraph"/> under BuildKit's merge rules: a record without inputs is identified by its digest; a record
/// with inputs is an existing one if that has the same digest and, for every input, shares at least one link with it. Links that would
/// close a cycle are dropped. Not thread-safe. Source: BuildKit cache/remotecache/v1/chains.go.</summary>
public sealed class CacheGraphBuilder
{
    internal const string RandomPrefix = "random:";

    private readonly Dictionary<string, CacheGraphNode> _roots = new(StringComparer.Ordinal);
    private readonly List<CacheGraphNode> _nodes = [];
    private readonly MergeBudget _budget;
    private ImmutableArray<LayerChain> _sourceLayerOrder = [];
    private bool _keepsSourceOrder;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="maxMergeSteps">The most steps to spend on finding and merging equal records, so that a hostile config cannot make the
    /// work quadratic. The default of 200,000,000 is far above what the caches of real builds need.</param>
    public CacheGraphBuilder(long maxMergeSteps = 200_000_000) => _budget = new MergeBudget(maxMergeSteps);

    /// <summary>Makes equal chains the same object, for all records of this builder.</summary>
    internal ChainTable Chains { get; } = new();

    /// <summary>The number of records so far.</summary>
    public int Count => _nodes.Count;

    /// <summary>Adds a record without inputs, or adds the results to the existing one.</summary>
    /// <param name="digest">The record digest.</param>
    /// <param name="results">What it produced.</param>
    /// <exception cref="RegistryCacheException">The digest starts with <c>random:</c>.</exception>
    public CacheGraphNode AddSource(string digest, params IEnumerable<CacheResult> results) => Add(digest, [], results);

    /// <summary>Adds a record, or adds the links and results to an existing equal one.</summary>
    /// <param name="digest">The record digest.</param>
    /// <param name="inputs">For each input, in order, its alternative links: at least one.</param>
    /// <param name="results">What it produced.</param>
    /// <returns>The record, to be linked to.</returns>
    /// <exception cref="RegistryCacheException">An input has no link, a link leads to another builder's record, or the digest starts with
    /// <c>random:</c>, which marks keys that must never be shared (<see cref="RegistryCacheErrorCode.InvalidGraph"/>).</exception>
    /// <exception cref="LimitExceededException">Merging took more steps than allowed.</exception>
    public CacheGraphNode Add(
        string digest,
        IReadOnlyList<IReadOnlyList<(CacheGraphNode Source, string Selector)>> inputs,
        params IEnumerable<CacheResult> results)
    {
        ArgumentNullException.ThrowIfNull(digest);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(results);
        Check(digest, inputs);
        var node = inputs.Count == 0 ? FindOrAddRoot(digest) : FindOrAddLinked(digest, inputs);
        foreach (var result in results)
            node.AddResult(result.Chain is null ? result : result with { Chain = Chains.Intern(result.Chain) });
        return node;
    }

    /// <summary>Adds all records of a graph under the merge rules, but not its joining records: an export makes new ones.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>For each record of the graph, except joining records, the record of this builder that it became.</returns>
    public IReadOnlyDictionary<CacheRecord, CacheGraphNode> AddGraph(CacheGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var map = new Dictionary<CacheRecord, CacheGraphNode>(ReferenceEqualityComparer.Instance);
        foreach (var record in GraphWalk.ParentsFirst(JoiningRecord.Without(graph)))
        {
            var inputs = new List<IReadOnlyList<NodeLink>>(record.Inputs.Length);
            foreach (var links in record.Inputs)
                inputs.Add([.. links.Select(l => (map[l.Record], l.Selector))]);
            map.Add(record, Add(record.Digest, inputs, record.Results));
        }

        return map;
    }

    /// <summary>Returns the finished graph. The builder can still be used afterwards.</summary>
    public CacheGraph Build()
    {
        var records = new Dictionary<CacheGraphNode, CacheRecord>(ReferenceEqualityComparer.Instance);
        foreach (var node in GraphWalk.ParentsFirst(_nodes, static n => n.Parents))
        {
            var inputs = ImmutableArray.CreateBuilder<ImmutableArray<CacheLink>>(node.Inputs.Count);
            foreach (var links in node.Inputs)
                inputs.Add([.. links.Select(l => new CacheLink(records[l.Source], l.Selector))]);
            records.Add(node, new CacheRecord(node.Digest, inputs.MoveToImmutable(), [.. node.Results]));
        }

        return new CacheGraph([.. _nodes.OrderBy(n => n.Rank).Select(n => records[n])], _sourceLayerOrder, _keepsSourceOrder);
    }

    /// <summary>Sets the position of a node in the finished graph; the lowest counts.</summary>
    internal void PlaceAt(CacheGraphNode node, int rank)
    {
        _keepsSourceOrder = true;
        if (rank < node.Rank)
            node.Rank = rank;
    }

    /// <summary>Remembers the order of the source's layer entries.</summary>
    internal void SetSourceLayerOrder(IEnumerable<LayerChain> chains) =>
        _sourceLayerOrder = [.. chains.Select(Chains.Intern).Distinct()];

    private void Check(string digest, IReadOnlyList<IReadOnlyList<NodeLink>> inputs)
    {
        if (digest.StartsWith(RandomPrefix, StringComparison.Ordinal))
            throw Invalid($"Record {ErrorText.Quote(digest)} cannot be added: a digest with 'random:' is valid in one build only.");
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].Count == 0)
                throw Invalid($"Input {i} of record {ErrorText.Quote(digest)} has no link; an input needs at least one.");
            foreach (var link in inputs[i])
            {
                if (link.Source is null || link.Selector is null || !ReferenceEquals(link.Source.Owner, this))
                    throw Invalid($"Input {i} of record {ErrorText.Quote(digest)} links to nothing or to a record of another builder.");
            }
        }
    }

    private CacheGraphNode FindOrAddRoot(string digest)
    {
        if (!_roots.TryGetValue(digest, out var node))
            _roots.Add(digest, node = NewNode(digest));
        return node;
    }

    private CacheGraphNode FindOrAddLinked(string digest, IReadOnlyList<IReadOnlyList<NodeLink>> inputs)
    {
        var matches = RecordMatch.Find(digest, inputs, _budget);
        var node = matches.Count == 0 ? NewNode(digest) : RecordMatch.Unite(matches, _budget);
        var descendants = matches.Count == 0 ? null : RecordMatch.DescendantsIfLinksAreNew(node, inputs, _budget);
        for (var i = 0; i < inputs.Count; i++)
        {
            foreach (var link in inputs[i])
            {
                if (descendants is null || !descendants.Contains(link.Source))
                    node.AddLink(i, link.Source, link.Selector);
            }
        }

        return node;
    }

    private CacheGraphNode NewNode(string digest)
    {
        var node = new CacheGraphNode(this, digest);
        _nodes.Add(node);
        return node;
    }

    private static CacheFormatException Invalid(string message) => new(RegistryCacheErrorCode.InvalidGraph, message);
}
