using System.Globalization;
using RegistryCache.Core.Divergence;
using RegistryCache.Core.Graph;

namespace RegistryCache;

/// <summary>Where two builds part: the first steps along each path of the second build that the cache of the first does not have, and
/// why. A cache has no names, so a step is known by its record and by what its layer holds. Immutable.</summary>
public sealed class BuildDivergence
{
    private BuildDivergence(IReadOnlyList<DivergedStep> steps, int shared, int following) =>
        (Steps, SharedRecords, FollowingRecords) = (steps, shared, following);

    /// <summary>The steps, in an order in which each stands after those that lead to it.</summary>
    public IReadOnlyList<DivergedStep> Steps { get; }

    /// <summary>How many records of the second build are also in the first.</summary>
    public int SharedRecords { get; }

    /// <summary>How many steps of the second build are not in the first only because an earlier one differs.</summary>
    public int FollowingRecords { get; }

    /// <summary>Compares the caches of two builds.</summary>
    /// <param name="before">The cache of the first build, for example yesterday's.</param>
    /// <param name="after">The cache of the second build, for example today's.</param>
    public static BuildDivergence Between(CacheGraph before, CacheGraph after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var pairs = new RecordPairs(before, after);
        var finder = new DivergenceFinder(pairs, new Counterparts(pairs), new ImageKeys(before), new ImageKeys(after));
        var steps = finder.Find(out var following);
        return new BuildDivergence(steps, pairs.Second.Count(r => pairs.InFirst(r).Count > 0), following);
    }

    /// <summary>The numbers, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Steps.Count} steps differ, {FollowingRecords} follow them, {SharedRecords} are shared");
}
