using System.Globalization;

namespace RegistryCache;

/// <summary>How the entries of two layers differ. Modification times and extended attributes are not compared. Immutable.</summary>
public sealed record LayerComparison
{
    /// <summary>A comparison, for a test that needs one.</summary>
    /// <param name="left">The first layer.</param>
    /// <param name="right">The second layer.</param>
    public LayerComparison(CacheLayer left, CacheLayer right) => (Left, Right) = (left, right);

    /// <summary>The first layer.</summary>
    public CacheLayer Left { get; }

    /// <summary>The second layer.</summary>
    public CacheLayer Right { get; }

    /// <summary>The paths that differ, in their order: only in one layer, or in both with a difference.</summary>
    public IReadOnlyList<FileDifference> Files { get; init; } = [];

    /// <summary>How many paths are equal; <see langword="null"/> when the layers have the same diffID and were not read.</summary>
    public long? Same { get; init; }

    /// <summary>The numbers, on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Files.Count} paths differ{(Same is { } same ? $", {same} are equal" : "")}");
}
