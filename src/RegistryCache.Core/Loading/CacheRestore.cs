using System.Diagnostics.CodeAnalysis;

namespace RegistryCache;

/// <summary>How an attempt to restore a hit ended. Immutable.</summary>
public sealed class CacheRestore
{
    /// <summary>An attempt, for a test that needs one.</summary>
    /// <param name="result">The result that was restored, or <see langword="null"/>.</param>
    /// <param name="report">What the restore did, or <see langword="null"/>.</param>
    /// <param name="failures">The results that failed.</param>
    public CacheRestore(CacheResult? result, RestoreReport? report, IReadOnlyList<CacheLoadFailure> failures)
    {
        Result = result;
        Report = report;
        Failures = failures;
    }

    /// <summary>Whether the folder now holds a result. If not, run the step.</summary>
    [MemberNotNullWhen(true, nameof(Result), nameof(Report))]
    public bool IsRestored => Result is not null && Report is not null;

    /// <summary>The result that was restored; <see langword="null"/> when none could be.</summary>
    public CacheResult? Result { get; }

    /// <summary>What the restore did; <see langword="null"/> when no result could be restored.</summary>
    public RestoreReport? Report { get; }

    /// <summary>The results that failed, in the order in which they were tried. They are dropped for the rest of the session.</summary>
    public IReadOnlyList<CacheLoadFailure> Failures { get; }

    /// <summary>What happened, on one line.</summary>
    public override string ToString() => IsRestored
        ? $"restored: {Report}"
        : Failures.Count == 0 ? "not restored" : $"not restored: {Failures[^1].Error.Message}";
}
