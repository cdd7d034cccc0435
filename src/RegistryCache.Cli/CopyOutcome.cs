namespace RegistryCache.Cli;

/// <summary>What became of one target of a copy.</summary>
/// <param name="Target">The target.</param>
/// <param name="Report">What was done; <see langword="null"/> when the export failed.</param>
/// <param name="Error">What went wrong; with a report it is one that the target's <c>ignore-error</c> ignores.</param>
internal sealed record CopyOutcome(CacheTarget Target, CacheExportReport? Report, RegistryCacheException? Error)
{
    public bool Failed => Report is null;
}
