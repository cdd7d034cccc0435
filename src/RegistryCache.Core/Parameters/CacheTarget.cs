using RegistryCache.Core.Parameters;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>Where and how to write a cache. Prints as the text that it can be parsed from; equal when all options are. Options that
/// contradict each other, or the codecs, are refused when an exporter is made. Packages can add a <see cref="ICacheKind"/>.</summary>
public abstract record CacheTarget
{
    /// <summary>The name of the kind, as in <c>type=…</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Where the cache is written, each place with a tag. Empty for an inline cache, which only image builders write.</summary>
    public abstract IReadOnlyList<CachePlace> Places { get; }

    /// <summary>Whether a store that can do it (<see cref="StoreCapabilities.Sweep"/>) is swept after an export.</summary>
    public virtual bool SweepsAfterExport => false;

    /// <summary><c>mode</c>: which results to export. <see langword="null"/>: <see cref="CacheExportOptions.DefaultMode"/>.</summary>
    public CacheMode? Mode { get; init; }

    /// <summary><c>oci-mediatypes</c>: OCI instead of Docker media types. Default <see langword="true"/>.</summary>
    public bool OciMediaTypes { get; init; } = true;

    /// <summary><c>image-manifest</c>: an image manifest instead of an index. Default <see langword="null"/>: with OCI types,
    /// yes; with Docker types, no, which is all they allow.</summary>
    public bool? ImageManifest { get; init; }

    /// <summary>The form that <see cref="OciMediaTypes"/> and <see cref="ImageManifest"/> make.</summary>
    public CacheManifestForm Form =>
        ImageManifest ?? OciMediaTypes ? CacheManifestForm.ImageManifest
        : OciMediaTypes ? CacheManifestForm.OciIndex
        : CacheManifestForm.DockerManifestList;

    /// <summary><c>compression</c>: for the layers that this process made, and with <see cref="ForceCompression"/> for all. Default: a
    /// session or a folder cache decides, and what is converted becomes gzip.</summary>
    public LayerCompression Compression
    {
        get;
        init => (field, NamesCompression) = (value, true);
    }

    /// <summary>Whether the compression was set.</summary>
    internal bool NamesCompression { get; private init; }

    /// <summary><c>compression-level</c> in <see cref="Layers.ILayerCodec.Levels"/>. Default <see langword="null"/>: the codec's.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary><c>force-compression</c>: convert layers that exist in another compression. Default <see langword="false"/>.</summary>
    public bool ForceCompression { get; init; }

    /// <summary><c>ignore-error</c>: turn a failed export into a report. Default <see langword="false"/>.</summary>
    public bool IgnoreError { get; init; }

    /// <summary>A cache in a registry: <c>type=registry</c>.</summary>
    /// <param name="reference">The reference, with a tag, for example <c>ghcr.io/acme/app:buildcache</c>.</param>
    /// <param name="insecure"><c>registry.insecure</c>: no check of certificates, and plain HTTP where needed.</param>
    /// <param name="directory"><c>dest</c>: a directory that gets the same cache, tag <c>latest</c>.</param>
    /// <exception cref="RegistryCacheException">It is not a reference.</exception>
    public static CacheTarget Registry(string reference, bool insecure = false, string? directory = null) =>
        new RegistryCacheTarget(ImageReference.Parse(reference)) { Insecure = insecure, Directory = directory };

    /// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
    /// <param name="directory">The path, <c>dest</c>; created when it does not exist.</param>
    /// <param name="tag">The tag in <c>index.json</c>.</param>
    /// <param name="reset"><c>reset</c>: afterwards delete what no tag in the directory needs.</param>
    public static CacheTarget Local(string directory, string tag = CachePlace.DefaultTag, bool reset = false) =>
        new LocalCacheTarget(directory) { Tag = tag, Reset = reset };

    /// <summary>Parses one target in <c>--cache-to</c> form: <c>type=registry,ref=…</c>, <c>type=local,dest=…</c>, <c>type=inline</c> or a
    /// bare reference. Every well-formed compression and level is taken; they are checked where the codecs are known, as by
    /// <see cref="BuildCache.ParseTarget"/>, which knows the kinds of packages too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, or names no target or several.</exception>
    public static CacheTarget Parse(string text, CacheParameterOptions? options = null) => CacheTexts.WithoutCache.Target(text, options);

    /// <summary>Parses a text that may be a comma-separated list of bare references. An empty text has no target, as in buildx.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public static IReadOnlyList<CacheTarget> ParseMany(string text, CacheParameterOptions? options = null) =>
        CacheTexts.WithoutCache.Targets(text, options);

    /// <summary>The source that reads back what an export to this target wrote; of several places, the first.</summary>
    /// <exception cref="RegistryCacheException">It cannot be read back (<see cref="RegistryCacheErrorCode.InvalidOptions"/>).</exception>
    public abstract CacheSource ToSource();

    /// <summary>The text form.</summary>
    public sealed override string ToString() => CacheEntry.Print(Type, Parameters().Concat(ExportKeys.Print(this)));

    /// <summary>The parameters that are not at their default, in any order, without the type and those that this class has.</summary>
    protected abstract IEnumerable<KeyValuePair<string, string>> Parameters();
}
