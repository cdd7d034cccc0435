using RegistryCache.Core.Graph;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>How to export, beyond what the target's parameters say. Immutable.</summary>
public sealed record CacheExportOptions
{
    /// <summary>Blobs that are converted or sent at a time, without small ones. Default 4, as BuildKit; 1 to 64.</summary>
    public int MaxParallelLayers { get; init; } = 4;

    /// <summary>
    /// Blobs below 1 MiB that are sent at a time, unless they are converted. Their time is mostly round trips. Default 16, 1 to 64.
    /// </summary>
    public int MaxParallelSmallLayers { get; init; } = 16;

    /// <summary>
    /// Whether to ask the store for every blob. Default <see langword="false"/>: what the manifest of the tag names, and what was imported
    /// from the same repository, counts as present in a store that keeps such blobs
    /// (<see cref="StoreCapabilities.KeepsReferencedBlobs"/>), so an unchanged export is one request. With
    /// <see langword="true"/>, blobs that a registry has lost behind a manifest are found and sent again.
    /// </summary>
    public bool ChecksEveryBlob { get; init; }

    /// <summary>What to do with an export that BuildKit could not read back. Default <see cref="OversizePolicy.Warn"/>.</summary>
    public OversizePolicy Oversize { get; init; }

    /// <summary>
    /// The size in bytes above which <see cref="Oversize"/> applies, to the config and to the manifest separately. Default
    /// <see cref="CacheFormatLimits.BuildKitMaxBytes"/>.
    /// </summary>
    public long OversizeThreshold { get; init; } = CacheFormatLimits.BuildKitMaxBytes;

    /// <summary>The mode of a target that does not state one. Default <see cref="CacheMode.Min"/>, as BuildKit.</summary>
    public CacheMode DefaultMode { get; init; }

    /// <summary>
    /// The final steps whose results <c>mode=min</c> keeps. Of several results of a step, the one that a look-up prefers counts. Default:
    /// the records that nothing links to.
    /// </summary>
    public IReadOnlyCollection<CacheRecord>? Targets { get; init; }

    /// <summary>
    /// Whether zstd and estargz layers may have Docker media types, as BuildKit writes them. Default <see langword="false"/>: Docker
    /// never defined such types and other readers refuse them.
    /// </summary>
    public bool AllowDockerTypesForAllCodecs { get; init; }

    /// <summary>Receives the bytes sent for each blob; <see langword="null"/> by default.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>
    /// Whether to unite the export with the cache that the tag points at, and to make sure that both are there afterwards, so that
    /// several writers can share one tag. <c>mode</c> and compression apply to what is exported, not to what is there. Default
    /// <see langword="false"/>: the export replaces it.
    /// </summary>
    public bool MergeWithExisting { get; init; }

    /// <summary>How often <see cref="MergeWithExisting"/> is tried while other writers move the tag. Default 20; 1 to 1000.</summary>
    public int MaxMergeAttempts { get; init; } = 20;

    /// <summary>
    /// How long after moving a registry's tag to look again whether another writer has undone it: the registry protocol cannot move a
    /// tag conditionally. It must exceed the time that a writer takes from looking at the tag to moving it, two small requests.
    /// Directories are locked instead, and do not wait. Default 1 s; 0 to 1 minute.
    /// </summary>
    public TimeSpan MergeSettleTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a tag that holds something other than a cache, such as an image, may be replaced. Default <see langword="false"/>: a merge
    /// refuses (<see cref="RegistryCacheErrorCode.TagNotCache"/>), and an export without <see cref="MergeWithExisting"/> replaces it, as
    /// BuildKit does, with a warning in the report. A cache that is damaged is replaced with a warning either way.
    /// </summary>
    public bool OverwriteImage { get; init; }

    /// <summary>What a merged cache keeps; <see langword="null"/> for all of it.</summary>
    internal NewestRecords? Keep { get; init; }

    /// <summary>Whether a manifest in a store proves the blobs that it names.</summary>
    internal bool MayRelyOn(IContentStore store) =>
        !ChecksEveryBlob && store.Capabilities.HasFlag(StoreCapabilities.KeepsReferencedBlobs);

    internal void Validate()
    {
        if (MaxParallelLayers is < 1 or > 64)
            throw Invalid($"{nameof(MaxParallelLayers)} is {MaxParallelLayers}; it must be 1 to 64.");
        if (MaxParallelSmallLayers is < 1 or > 64)
            throw Invalid($"{nameof(MaxParallelSmallLayers)} is {MaxParallelSmallLayers}; it must be 1 to 64.");
        if (!Enum.IsDefined(DefaultMode))
            throw Invalid($"{nameof(DefaultMode)} {(int)DefaultMode} does not exist.");
        if (MaxMergeAttempts is < 1 or > 1000)
            throw Invalid($"{nameof(MaxMergeAttempts)} is {MaxMergeAttempts}; it must be 1 to 1000.");
        if (MergeSettleTime < TimeSpan.Zero || MergeSettleTime > TimeSpan.FromMinutes(1))
            throw Invalid($"{nameof(MergeSettleTime)} is {MergeSettleTime}; it must be 0 to 1 minute.");
        if (OversizeThreshold < 1024)
            throw Invalid($"{nameof(OversizeThreshold)} is {OversizeThreshold} bytes; it must be at least 1024.");
    }

    private static RegistryCacheException Invalid(string message) => new(RegistryCacheErrorCode.InvalidOptions, message);
}
