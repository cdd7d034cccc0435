using System.Collections.Immutable;

namespace RegistryCache.Core.Graph;

/// <summary>The record that gives a cache of several builds one leaf: it has no result, and one input for each record that has inputs and
/// that nothing else links to. BuildKit 0.25 and newer loses links at random when it reads a cache with several leaves. All code that adds,
/// removes or ignores the record is here; see docs/adr/0008-one-leaf.md.</summary>
internal static class JoiningRecord
{
    /// <summary>The record digest of output 0 of an operation whose digest is the SHA-256 of <c>registry-cache.join.v1</c>.</summary>
    public static readonly string Digest = CacheRecord.DigestOf(RegistryCache.Digest.OfText("registry-cache.join.v1")).ToString();

    /// <summary>The joining records of a graph: at most one in what this library writes. A record that has the digest, but also results,
    /// other links or something that links to it, is a record like any other.</summary>
    public static IReadOnlyList<CacheRecord> Find(CacheGraph graph) =>
        graph.Records.Any(HasShape) ? [.. Leaves(graph.Records).Where(HasShape)] : [];

    /// <summary>The records that nothing links to, as if there were no joining record.</summary>
    public static IReadOnlyList<CacheRecord> Targets(CacheGraph graph) => Leaves(Without(graph));

    /// <summary>The records. A joining record is replaced with what it joins.</summary>
    public static IEnumerable<CacheRecord> Resolve(CacheGraph graph, IEnumerable<CacheRecord> records)
    {
        var joining = Find(graph);
        return joining.Count == 0
            ? records
            : records.SelectMany(r => joining.Contains(r) ? r.Inputs.Select(links => links[0].Record) : [r]);
    }

    /// <summary>The records of a graph without its joining records. Nothing links to those, so the others stay as they are.</summary>
    public static ImmutableArray<CacheRecord> Without(CacheGraph graph)
    {
        if (Find(graph) is not { Count: > 0 } joining)
            return graph.Records;
        var dropped = new HashSet<CacheRecord>(joining, ReferenceEqualityComparer.Instance);
        return [.. graph.Records.Where(r => !dropped.Contains(r))];
    }

    /// <summary>The graph with one leaf that has inputs. A joining record that is there already is replaced, not joined.</summary>
    public static CacheGraph Join(CacheGraph graph)
    {
        var records = Without(graph);

        // No link leads to a leaf without inputs, so none can be lost.
        var leaves = Leaves(records).Where(r => !r.Inputs.IsEmpty).ToList();
        if (leaves.Count > 1)
            records = records.Add(
                new CacheRecord(Digest, [.. leaves.Select(r => ImmutableArray.Create(new CacheLink(r, CacheLink.Everything)))], []));
        return new CacheGraph(records, graph.SourceLayerOrder, graph.KeepsSourceOrder);
    }

    /// <summary>Whether a record has the digest and the shape of a joining record.</summary>
    private static bool HasShape(CacheRecord record) =>
        record.Digest == Digest && record.Results.IsEmpty && !record.Inputs.IsEmpty
        && record.Inputs.All(static links => links is [{ Selector.Length: 0, Record.Inputs.IsEmpty: false }]);

    private static List<CacheRecord> Leaves(ImmutableArray<CacheRecord> records)
    {
        var linked = new HashSet<CacheRecord>(ReferenceEqualityComparer.Instance);
        foreach (var links in records.SelectMany(r => r.Inputs))
        {
            foreach (var link in links)
                linked.Add(link.Record);
        }

        return [.. records.Where(r => !linked.Contains(r))];
    }
}
