namespace RegistryCache;

/// <summary>What <see cref="BuildSession.RestoreOrRunAsync(CacheStep, string, Func{CancellationToken, Task}, CancellationToken)"/> did.
/// Immutable.</summary>
public sealed class StepRun
{
    internal StepRun(bool wasRestored, CacheResult result, bool isByContent, IReadOnlyList<CacheLoadFailure> failures)
    {
        WasRestored = wasRestored;
        Result = result;
        IsByContent = isByContent;
        Failures = failures;
    }

    /// <summary>Whether the folder came from a cache, so that nothing was run.</summary>
    public bool WasRestored { get; }

    /// <summary>The result that was restored or recorded.</summary>
    public CacheResult Result { get; }

    /// <summary>Whether the content of an input found the result, although the step that made the input has changed: early
    /// cut-off.</summary>
    public bool IsByContent { get; }

    /// <summary>Results that were found but could not be used.</summary>
    public IReadOnlyList<CacheLoadFailure> Failures { get; }
}
