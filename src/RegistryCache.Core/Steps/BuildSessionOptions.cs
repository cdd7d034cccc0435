using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How a session reads and records. Immutable.</summary>
public sealed record BuildSessionOptions
{
    /// <summary>Where to look for what was built before; none by default. See <see cref="Preference"/> for what their order
    /// means.</summary>
    public IReadOnlyList<CacheSource> Sources { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Where the session is going to be exported, as far as that is known when it opens; none by default. Nothing is exported
    /// because of this: the directories of local targets, like those of local sources, are left out of the folders that the session
    /// records. A local target that is not named here and lies in such a folder is recorded with it, and grows with each build.</summary>
    public IReadOnlyList<CacheTarget> Targets { get; init => field = Option.NotNull(value); } = [];

    /// <summary>Which source wins when several have a result of the same step. Default: the earlier one.</summary>
    public CacheSourcePreference Preference { get; init => field = Option.Defined(value); }

    /// <summary>The compression of recorded layers. Default gzip, which everything reads. A target with <c>force-compression</c> converts
    /// them on export; estargz layers have other content digests than all the rest, so early cut-off works best with another one.</summary>
    public LayerCompression Compression { get; init; } = LayerCompression.Gzip;

    /// <summary>The level, or <see langword="null"/> for the codec's default.</summary>
    public int? CompressionLevel { get; init; }
}
