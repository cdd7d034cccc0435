using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How a session reads and records. Immutable.</summary>
public sealed record BuildSessionOptions
{
    /// <summary>The caches to look in; none by default. <see cref="Preference"/> says what their order means.</summary>
    public IReadOnlyList<CacheSource> Sources { get; init => field = Option.NotNull(value); } = [];

    /// <summary>The targets that the session will be exported to, if they are known when it opens; none by default. This exports nothing.
    /// It keeps the directories of local targets out of the folders that the session records. A local target inside such a folder that is
    /// not named here is recorded too, so the cache grows with each build.</summary>
    public IReadOnlyList<CacheTarget> Targets { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Which source wins when several have a result of the same step. Default: the earlier one.</summary>
    public CacheSourcePreference Preference { get; init => field = Option.Defined(value); }

    /// <summary>The compression of recorded layers. Default gzip, which every tool reads. A target with <c>force-compression</c> converts
    /// them on export. Early cut-off works best without estargz, because estargz layers have other content digests.</summary>
    public LayerCompression Compression { get; init; } = LayerCompression.Gzip;

    /// <summary>The level, or <see langword="null"/> for the codec's default.</summary>
    public int? CompressionLevel { get; init; }
}
