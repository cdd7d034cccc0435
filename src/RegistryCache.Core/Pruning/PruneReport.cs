using System.Globalization;

namespace RegistryCache;

/// <summary>What pruning did. Immutable.</summary>
public sealed record PruneReport
{
    /// <summary>A report, for a test that needs one.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tags">What became of each tag.</param>
    public PruneReport(PrunePlan plan, IReadOnlyList<PrunedTag> tags)
    {
        Plan = plan;
        Tags = tags;
    }

    /// <summary>The plan.</summary>
    public PrunePlan Plan { get; }

    /// <summary>What became of each tag of the plan, in its order.</summary>
    public IReadOnlyList<PrunedTag> Tags { get; }

    /// <summary>What was freed, in bytes: in a directory what was deleted, in a registry what its garbage collection can delete
    /// now.</summary>
    public long FreedBytes { get; init; }

    /// <summary>What stays and why, in sentences for a person.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether every tag of the plan lost what was planned.</summary>
    public bool IsComplete => Tags.All(t => t.IsDone);

    /// <summary>The report on one line, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Plan.Place}: {Tags.Count(t => t.IsDone)} of {Tags.Count} tags pruned, {FreedBytes} bytes freed");
}
