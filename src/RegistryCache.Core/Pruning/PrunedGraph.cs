using System.Globalization;

namespace RegistryCache;

/// <summary>What <see cref="PruneRules"/> remove from one cache, and the cache that stays. Immutable.</summary>
public sealed class PrunedGraph
{
    /// <summary>What was pruned, for a test that needs one.</summary>
    /// <param name="graph">The cache that stays.</param>
    /// <param name="results">The results that go.</param>
    public PrunedGraph(CacheGraph graph, IReadOnlyList<(CacheRecord Record, CacheResult Result, string? Key)> results)
    {
        Graph = graph;
        Results = results;
    }

    /// <summary>The cache that stays; the same object if nothing goes.</summary>
    public CacheGraph Graph { get; }

    /// <summary>The results that go, with their records, in the order of the records. The key is that of a folder, else
    /// <see langword="null"/>.</summary>
    public IReadOnlyList<(CacheRecord Record, CacheResult Result, string? Key)> Results { get; }

    /// <summary>How many records go: those that lead to no result any more. Joining records do not count.</summary>
    public int Records { get; init; }

    /// <summary>The size in bytes of the layers before, each counted once.</summary>
    public long Size { get; init; }

    /// <summary>The size in bytes of the layers that no result needs any more, each counted once.</summary>
    public long FreedBytes { get; init; }

    /// <summary>Whether nothing goes.</summary>
    public bool IsUnchanged => Results.Count == 0 && Records == 0;

    /// <summary>The work on one line, for a person.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Results.Count} results and {Records} records removed, {FreedBytes} bytes freed");
}
