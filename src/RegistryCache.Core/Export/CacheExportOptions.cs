using RegistryCache.Core.Errors;
using RegistryCache.Core.Graph;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>How to export, beyond what the target's parameters say. Immutable.</summary>
public sealed record CacheExportOptions
{
    /// <summary>How many blobs are converted or sent at a time, without small ones. Default 4, as in BuildKit; 1 to 64.</summary>
    public int MaxParallelLayers { get; init => field = Option.InRange(value, 1, 64); } = 4;

    /// <summary>How many blobs below 1 MiB are sent at a time, if they are not converted. Default 16; 1 to 64.</summary>
    public int MaxParallelSmallLayers { get; init => field = Option.InRange(value, 1, 64); } = 16;

    /// <summary>Whether to ask the store for every blob. Default <see langword="false"/>: in a store with
    /// <see cref="StoreCapabilities.KeepsReferencedBlobs"/>, the blobs that the tag's manifest names or that were imported from the same
    /// repository count as present, so an unchanged export is one request. With <see langword="true"/>, lost blobs are found.</summary>
    public bool ChecksEveryBlob { get; init; }

    /// <summary>What to do with an export that BuildKit could not read back. Default <see cref="OversizePolicy.Warn"/>.</summary>
    public OversizePolicy Oversize { get; init => field = Option.Defined(value); }

    /// <summary>The size in bytes above which <see cref="Oversize"/> applies, to the config and to the manifest separately. Default
    /// <see cref="CacheFormatLimits.BuildKitMaxBytes"/>.</summary>
    public long OversizeThreshold { get; init => field = Option.AtLeast(value, 1024); } = CacheFormatLimits.BuildKitMaxBytes;

    /// <summary>The mode of a target that does not state one. Default <see cref="CacheMode.Min"/>, as BuildKit.</summary>
    public CacheMode DefaultMode { get; init => field = Option.Defined(value); }

    /// <summary>The target records whose results <c>mode=min</c> keeps: of each, the result that wins. Default: all of them.</summary>
    public IReadOnlyCollection<CacheRecord>? Targets { get; init; }

    /// <summary>Whether zstd and estargz layers may have Docker media types, as BuildKit writes them. Default <see langword="false"/>:
    /// Docker never defined such types and other readers refuse them.</summary>
    public bool AllowDockerTypesForAllCodecs { get; init; }

    /// <summary>Receives how far converting and sending are; <see langword="null"/> by default.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }

    /// <summary>Whether to merge the export with the cache that the tag points to, so that several writers can share one tag. <c>mode</c>
    /// and compression apply only to what is exported. Default <see langword="false"/>: the export replaces the cache.</summary>
    public bool MergeWithExisting { get; init; }

    /// <summary>How often a merge is tried while other writers move the tag. Default 20; 1 to 1000.</summary>
    public int MaxMergeAttempts { get; init => field = Option.InRange(value, 1, 1000); } = 20;

    /// <summary>How long a merge waits after it has moved a registry's tag, before it checks whether another writer has replaced it: the
    /// registry protocol cannot move a tag conditionally. It must be longer than the time between a writer's last look at the tag and its
    /// move, two small requests. Directories are locked instead and need no wait. Default 1 s; 0 to 1 minute.</summary>
    public TimeSpan MergeSettleTime { get; init => field = Option.InRange(value, TimeSpan.Zero, TimeSpan.FromMinutes(1)); } =
        TimeSpan.FromSeconds(1);

    /// <summary>Whether a tag that holds something other than a cache, such as an image, may be replaced. Default <see langword="false"/>:
    /// a merge fails with <see cref="RegistryCacheErrorCode.TagNotCache"/>, and any other export replaces it, as BuildKit does, with a
    /// warning in the report. A damaged cache is always replaced with a warning.</summary>
    public bool OverwriteImage { get; init; }

    /// <summary>What a merged cache keeps; <see langword="null"/> for all of it.</summary>
    internal NewestRecords? Keep { get; init; }

    /// <summary>Whether the blobs that a manifest in a store names count as present.</summary>
    internal bool MayRelyOn(IContentStore store) =>
        !ChecksEveryBlob && store.Capabilities.HasFlag(StoreCapabilities.KeepsReferencedBlobs);

    /// <summary>The options on one line.</summary>
    public override string ToString() => $"{nameof(Targets)} = {(Targets is null ? "all" : ListText.Of(Targets))}, "
        + $"{nameof(DefaultMode)} = {DefaultMode}, {nameof(Oversize)} = {Oversize}, {nameof(OversizeThreshold)} = {OversizeThreshold}, "
        + $"{nameof(MaxParallelLayers)} = {MaxParallelLayers}, {nameof(MaxParallelSmallLayers)} = {MaxParallelSmallLayers}, "
        + $"{nameof(ChecksEveryBlob)} = {ChecksEveryBlob}, {nameof(AllowDockerTypesForAllCodecs)} = {AllowDockerTypesForAllCodecs}, "
        + $"{nameof(MergeWithExisting)} = {MergeWithExisting}, {nameof(MaxMergeAttempts)} = {MaxMergeAttempts}, "
        + $"{nameof(MergeSettleTime)} = {MergeSettleTime}, {nameof(OverwriteImage)} = {OverwriteImage}";
}
