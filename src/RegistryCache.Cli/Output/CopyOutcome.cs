namespace RegistryCache.Cli.Output;

/// <summary>The outcome of a copy for one target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Report">What was done. <see langword="null"/> if the export failed.</param>
/// <param name="Error">What went wrong. With a report, the error is ignored because of the target's <c>ignore-error</c>.</param>
internal sealed record CopyOutcome(CacheTarget Target, CacheExportReport? Report, RegistryCacheException? Error)
{
    public bool Failed => Report is null;
}
