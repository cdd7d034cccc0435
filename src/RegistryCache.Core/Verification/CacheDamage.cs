using RegistryCache.Core.Folders;
using RegistryCache.Core.Verification;

namespace RegistryCache;

/// <summary>One blob of a cache that cannot be used, and what needs it. Immutable.</summary>
public sealed class CacheDamage
{
    private readonly CacheGraph _graph;

    internal CacheDamage(CachePart part, Digest? digest, long? size, BlobFault fault, CacheGraph graph)
    {
        Part = part;
        Digest = digest;
        Size = size;
        Kind = fault.Kind;
        Detail = fault.Detail;
        _graph = graph;
    }

    /// <summary>What the blob is in the cache.</summary>
    public CachePart Part { get; }

    /// <summary>The blob; <see langword="null"/> when a manifest cannot be read and its digest is not known.</summary>
    public Digest? Digest { get; }

    /// <summary>The size in bytes that it should have, if it is known.</summary>
    public long? Size { get; }

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
