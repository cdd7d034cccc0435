using RegistryCache.Core.Graph;
using RegistryCache.Core.Pruning;

namespace RegistryCache;

/// <summary>Prunes caches in memory.</summary>
public static class CacheGraphPruning
{
    /// <summary>Removes results and records from a graph. The graph itself stays as it is.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rules">What to remove; rules about tags cannot be used here.</param>
    /// <param name="time">The clock for ages, or <see langword="null"/> for the system's.</param>
    /// <returns>The graph that stays, and what goes.</returns>
    /// <exception cref="RegistryCacheException">There is no rule, or one about tags
    /// (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public static PrunedGraph Prune(this CacheGraph graph, PruneRules rules, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.AreAboutTags)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions, "A graph has no tags, so rules about tags cannot be used on it.");
        }

        var now = (time ?? TimeProvider.System).GetUtcNow();
        var order = ResultOrder.At(now, CacheFormatLimits.Default.MaxClockSkew);
        return new PruneSelection(rules, order, now).Prune([new PrunedCache("", graph)])[0];
    }
}
