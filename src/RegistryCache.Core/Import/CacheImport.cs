namespace RegistryCache;

/// <summary>The result of an import: every source's outcome, and all caches that were found as one graph. Immutable.</summary>
public sealed class CacheImport
{
    /// <summary>An import, for a test that needs one.</summary>
    /// <param name="sources">One entry for each source.</param>
    /// <param name="graph">The union of all caches.</param>
    public CacheImport(IReadOnlyList<ImportedCache> sources, CacheGraph graph)
    {
        Sources = sources;
        Graph = graph;
    }

    /// <summary>One entry for each source, in the order in which they were given.</summary>
    public IReadOnlyList<ImportedCache> Sources { get; }

    /// <summary>The union of all caches by BuildKit's merge rules; empty when none was found. A single cache stays as it is.</summary>
    public CacheGraph Graph { get; }

    /// <summary>Whether at least one source had a cache.</summary>
    public bool IsHit => Sources.Any(s => s.IsHit);

    /// <summary>What each source gave.</summary>
    public override string ToString() => string.Join("; ", Sources);
}
