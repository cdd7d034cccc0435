using RegistryCache.Core.Folders;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Verification;

namespace RegistryCache;

/// <summary>One blob of a cache that cannot be used, and what needs it. Immutable.</summary>
public sealed class CacheDamage
{
    private readonly CacheGraph _graph;

    /// <summary>A damage, for a test that needs one.</summary>
    /// <param name="part">What the blob is in the cache.</param>
    /// <param name="kind">What is wrong.</param>
    /// <param name="detail">What is wrong, in one sentence.</param>
    /// <param name="graph">The cache; <see langword="null"/> if it cannot be read.</param>
    public CacheDamage(CachePart part, CacheDamageKind kind, string detail, CacheGraph? graph = null)
    {
        Part = part;
        Kind = kind;
        Detail = detail;
        _graph = graph ?? CacheGraph.Empty;
    }

    internal CacheDamage(CachePart part, Digest? digest, long? size, BlobFault fault, CacheGraph graph)
        : this(part, fault.Kind, fault.Detail, graph)
    {
        Digest = digest;
        Size = size;
    }

    /// <summary>What the blob is in the cache.</summary>
    public CachePart Part { get; }

    /// <summary>The blob; <see langword="null"/> when a manifest cannot be read and its digest is not known.</summary>
    public Digest? Digest { get; init; }

    /// <summary>The size in bytes that it should have, if it is known.</summary>
    public long? Size { get; init; }

    /// <summary>What is wrong.</summary>
    public CacheDamageKind Kind { get; }

    /// <summary>What is wrong, in one sentence, for a person.</summary>
    public string Detail { get; }

    /// <summary>The records with at least one result that needs the blob, and how many such results each has. Empty when the cache cannot
    /// be read at all, or when no result needs the layer. Computed at each call.</summary>
    public IReadOnlyList<(CacheRecord Record, int Results)> FindRecords()
    {
        if (Digest is not { } digest || Part != CachePart.Layer)
            return [];
        var lost = new LostResults(_graph, digest.Equals);
        return [.. _graph.Records.Select(r => (r, r.Results.Count(lost.Contains))).Where(r => r.Item2 > 0)];
    }

    /// <summary>The keys of folders that need the blob. Computed at each call.</summary>
    public IReadOnlyList<string> FindKeys() =>
        [.. FindRecords().Select(r => FolderRecords.KeyOf(r.Record)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The damage on one line, for a person.</summary>
    public override string ToString() => $"{Part} {Digest}: {Kind}: {Detail}";
}
