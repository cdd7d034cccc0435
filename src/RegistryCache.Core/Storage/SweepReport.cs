namespace RegistryCache.Storage;

/// <summary>What a sweep did.</summary>
/// <param name="RemovedBlobs">How many blobs and manifests were deleted.</param>
/// <param name="RemovedBytes">Their size.</param>
/// <param name="Warnings">Why nothing was deleted, or what could not be.</param>
public sealed record SweepReport(int RemovedBlobs, long RemovedBytes, IReadOnlyList<string> Warnings);
