using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How a session reads and records. Immutable.</summary>
public sealed record BuildSessionOptions
{
    /// <summary>The caches to look in; none by default. <see cref="PreferNewest"/> says what their order means.</summary>
    public IReadOnlyList<CacheSource> Sources { get; init => field = Option.NotNull(value); } = [];

    /// <summary>The targets that the session will be exported to, if they are known when it opens; none by default. This exports nothing.
    /// It keeps the directories of local targets out of the folders that the session records. A local target inside such a folder that is
    /// not named here is recorded too, so the cache grows with each build.</summary>
    public IReadOnlyList<CacheTarget> Targets { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Whether the newest result wins when several sources have the same step, as in BuildKit. Default: that of the earlier
    /// source; the results of later ones are used when its own cannot be loaded. A result that is dated in the future never wins.</summary>
    public bool PreferNewest { get; init; }

    /// <summary>The compression of recorded layers. Default gzip, which every tool reads. A target that names a compression has the last
    /// word: a recorded layer of another one is encoded again for the export. Name the target in <see cref="Targets"/> to encode only once.
    /// Early cut-off works best without estargz, because estargz layers have other content digests.</summary>
    public LayerCompression Compression { get; init; } = LayerCompression.Gzip;

    /// <summary>The level, or <see langword="null"/> for the codec's default.</summary>
    public int? CompressionLevel { get; init; }

    internal (LayerCompression Compression, int? Level) EffectiveCompression =>
        Targets.FirstOrDefault(t => t.NamesCompression) is { } target
            ? (target.Compression, target.CompressionLevel)
            : (Compression, CompressionLevel);

    /// <summary>Receives how far the reading of caches, records and exports of the session are; <see langword="null"/> by default. Options
    /// of one export or restore have their own.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }

    /// <summary>The options on one line.</summary>
    public override string ToString() => $"{nameof(Sources)} = {ListText.Of(Sources)}, {nameof(Targets)} = {ListText.Of(Targets)}, "
        + $"{nameof(PreferNewest)} = {PreferNewest}, {nameof(Compression)} = {Compression}, "
        + $"{nameof(CompressionLevel)} = {CompressionLevel}";
}
