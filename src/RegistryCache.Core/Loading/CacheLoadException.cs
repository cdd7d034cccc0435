namespace RegistryCache.Core.Loading;

/// <summary>A step was found in a cache, but none of its results could be loaded. Run the step: further look-ups will miss.</summary>
internal sealed class CacheLoadException : RegistryCacheException
{
    internal CacheLoadException(string what, IReadOnlyList<CacheLoadFailure> failures)
        : base(
            RegistryCacheErrorCode.ResultNotLoadable,
            (failures.Count == 0
                ? $"{what} is in the cache, but its results failed to load before."
                : $"{what} is in the cache, but could not be loaded: {failures[^1].Error.Message}") + " The step has to run.",
            failures.Count == 0 ? null : failures[^1].Error)
    {
        Failures = failures;
        Mark(CacheSide.Source);
    }

    /// <summary>Every result that was tried, newest first.</summary>
    public IReadOnlyList<CacheLoadFailure> Failures { get; }
}
