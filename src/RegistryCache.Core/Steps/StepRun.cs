namespace RegistryCache;

/// <summary>What <c>BuildSession.RestoreOrRunAsync</c> did. Immutable.</summary>
public sealed class StepRun
{
    /// <summary>A run, for a test that needs one.</summary>
    /// <param name="wasRestored">Whether the folder came from a cache.</param>
    /// <param name="result">The result that was restored or recorded.</param>
    /// <param name="isByContent">Whether the step was found by the content of its inputs.</param>
    /// <param name="failures">Results that could not be used.</param>
    public StepRun(bool wasRestored, CacheResult result, bool isByContent, IReadOnlyList<CacheLoadFailure> failures)
    {
        WasRestored = wasRestored;
        Result = result;
        IsByContent = isByContent;
        Failures = failures;
    }

    /// <summary>Whether the folder came from a cache, so that the step did not run.</summary>
    public bool WasRestored { get; }

    /// <summary>The result that was restored or recorded.</summary>
    public CacheResult Result { get; }

    /// <summary>Whether the step was found by the content of its inputs, although an earlier step has changed (early cut-off).</summary>
    public bool IsByContent { get; }

    /// <summary>Results that were found but could not be used.</summary>
    public IReadOnlyList<CacheLoadFailure> Failures { get; }

    /// <summary>What happened, on one line.</summary>
    public override string ToString() => $"{(WasRestored ? IsByContent ? "restored by content" : "restored" : "ran")}: {Result}";
}
