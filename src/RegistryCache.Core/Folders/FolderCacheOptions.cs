using RegistryCache.Core.Errors;
using RegistryCache.Core.Folders;

namespace RegistryCache;

/// <summary>Where folders are kept, and how. Immutable.</summary>
public sealed record FolderCacheOptions
{
    /// <summary>Where to save; <see langword="null"/> for a cache that is only read.</summary>
    public CacheTarget? Target { get; init; }

    /// <summary>Where to restore from. Default: from <see cref="Target"/>.</summary>
    public IReadOnlyList<CacheSource> Sources { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Whether the newest folder wins when several sources have the key, or keys with the same prefix. Default: that of the
    /// earlier source. A folder that is dated in the future never wins by its date, see
    /// <see cref="CacheFormatLimits.MaxClockSkew"/>.</summary>
    public bool PreferNewest { get; init; }

    /// <summary>Whether a save may replace something that is not a cache, such as an image. Default <see langword="false"/>.</summary>
    public bool OverwriteImage { get; init; }

    /// <summary>The compression of new layers. Default zstd: folder caches need no compression that other tools can read.</summary>
    public LayerCompression Compression { get; init; } = LayerCompression.Zstd;

    /// <summary>The level, or <see langword="null"/> for the codec's default.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How folders become layers. Modification times are saved apart from the layer (<see cref="Times"/>), unless
    /// <see cref="SnapshotOptions.KeepTimes"/> is set.</summary>
    public SnapshotOptions Snapshot { get; init => field = Option.NotNull(value); } = new();

    /// <summary>Which modification times are saved. With <see cref="TimePolicy.Keep"/>, the default, they are in the index of the
    /// folder, so that equal content makes an equal layer at any time. Content that the cache already has keeps the times of its first
    /// save. With <see cref="TimePolicy.Fixed"/> none are saved. <see cref="TimePolicy.Now"/> is only for restores.</summary>
    public TimePolicy Times
    {
        get;
        init => field = value is TimePolicy.Keep or TimePolicy.Fixed
            ? value
            : throw Option.Invalid(nameof(Times), value, $"{TimePolicy.Keep} or {TimePolicy.Fixed}");
    }

    /// <summary>A directory in which saves and restores note what lies in a folder of this machine, for runners that keep their disk;
    /// <see langword="null"/>, the default, for none. A save then does not read a file that is as it was, and a restore fetches only what
    /// differs. The directory is created when it is needed, for this user only. It must not be inside the folder. Processes may share it,
    /// and it may be deleted at any time. Nothing is noted about folders on file systems that do not show every change, such as network
    /// file systems, and about several folders that are saved together.</summary>
    public string? StateDirectory { get; init => field = value is null ? null : Option.NotEmpty(value); }

    /// <summary>How many keys one tag keeps: saving one more removes the oldest. It keeps fewer if their layers would make its manifest
    /// larger than BuildKit reads. Default 1000; 1 to 100,000.</summary>
    public int MaxKeys { get; init => field = Option.InRange(value, 1, 100_000); } = 1000;

    /// <summary>Receives how far the reading of caches is, reading, compressing and sending of a save, and a restore;
    /// <see langword="null"/> by default.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }

    /// <summary>The length of a layer of a small folder, for tests: see <see cref="SegmentBorders"/>.</summary>
    internal long SmallestScale { get; init; } = SegmentBorders.SmallestScale;

    internal bool SavesTimes => Times == TimePolicy.Keep && !Snapshot.KeepTimes;

    internal IReadOnlyList<CacheSource> EffectiveSources =>
        Sources.Count == 0 && Target is not null ? [Target.ToSource()] : Sources;

    /// <summary>The options on one line.</summary>
    public override string ToString() => $"{nameof(Target)} = {Target}, {nameof(Sources)} = {ListText.Of(Sources)}, "
        + $"{nameof(PreferNewest)} = {PreferNewest}, {nameof(OverwriteImage)} = {OverwriteImage}, {nameof(Compression)} = {Compression}, "
        + $"{nameof(CompressionLevel)} = {CompressionLevel}, {nameof(Times)} = {Times}, {nameof(StateDirectory)} = {StateDirectory}, "
        + $"{nameof(MaxKeys)} = {MaxKeys}, {nameof(Snapshot)} = {Snapshot}";
}
