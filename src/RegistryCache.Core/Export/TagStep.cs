namespace RegistryCache.Core.Export;

/// <summary>What is to be done with a tag.</summary>
/// <param name="Move">What to move it to; <see langword="null"/> if it stays.</param>
/// <param name="Outcome">The answer if it stays, or when it was moved; <see langword="null"/> if it stays and has to be read
/// again.</param>
internal readonly record struct TagStep<T>(PlannedExport? Move, T? Outcome)
    where T : class;
