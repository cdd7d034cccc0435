using System.Globalization;
using RegistryCache.Core.Parameters;

namespace RegistryCache;

/// <summary>
/// Where and how to write a cache. Prints as the text that it can be parsed from; equal when all options are. Options that contradict
/// each other are refused when an exporter is made.
/// </summary>
public abstract record CacheTarget
{
    private protected CacheTarget()
    {
    }

    /// <summary><c>mode</c>: which results to export. Default <see langword="null"/>: what the export's options say, <see cref="CacheMode.Min"/> unless changed.</summary>
    public CacheMode? Mode { get; init; }

    /// <summary><c>oci-mediatypes</c>: OCI instead of Docker media types. Default <see langword="true"/>.</summary>
    public bool OciMediaTypes { get; init; } = true;

    /// <summary><c>image-manifest</c>: an image manifest instead of an index. Default <see langword="null"/>: with OCI types, yes; with Docker types, no, which is all they allow.</summary>
    public bool? ImageManifest { get; init; }

    /// <summary>The form that <see cref="OciMediaTypes"/> and <see cref="ImageManifest"/> make.</summary>
    public CacheManifestForm Form =>
        ImageManifest ?? OciMediaTypes ? CacheManifestForm.ImageManifest
        : OciMediaTypes ? CacheManifestForm.OciIndex
        : CacheManifestForm.DockerManifestList;

    /// <summary><c>compression</c>: for new layers, and with <see cref="ForceCompression"/> for all. Default gzip.</summary>
    public LayerCompression Compression { get; init; } = LayerCompression.Gzip;

    /// <summary><c>compression-level</c>: gzip and estargz 0 to 9, zstd 0 to 22. Default <see langword="null"/>: the codec's own.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary><c>force-compression</c>: convert layers that exist in another compression. Default <see langword="false"/>.</summary>
    public bool ForceCompression { get; init; }

    /// <summary><c>ignore-error</c>: turn a failed export into a report. Default <see langword="false"/>.</summary>
    public bool IgnoreError { get; init; }

    /// <summary>Parses one target in <c>--cache-to</c> form: <c>type=registry,ref=…</c>, <c>type=local,dest=…</c>, <c>type=inline</c> or a bare reference.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, or names no target or several.</exception>
    public static CacheTarget Parse(string text, CacheParameterOptions? options = null) => ParseMany(text, options) is [var target]
        ? target
        : throw new CacheParameterException("Expected exactly one cache target", text, 0, text.Length);

    /// <summary>Parses a text that may be a comma-separated list of bare references. An empty text has no target, as in buildx.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public static IReadOnlyList<CacheTarget> ParseMany(string text, CacheParameterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. CacheEntry.ParseMany(text).Select(e => CacheTargetBinder.Bind(e, options ?? CacheParameterOptions.Strict))];
    }

    /// <summary>The text form.</summary>
    public sealed override string ToString() => CacheEntry.Print(Type, PlaceAttributes().Concat(CommonAttributes()));

    private protected abstract string Type { get; }

    private protected abstract IEnumerable<KeyValuePair<string, string>> PlaceAttributes();

    /// <summary>Refuses options that contradict each other, for targets that were not parsed.</summary>
    internal void Validate(bool allowDockerTypesForAllCodecs)
    {
        if (!OciMediaTypes && ImageManifest == true)
            throw Invalid("image-manifest=true needs oci-mediatypes=true: Docker has no such manifest.");
        if (!OciMediaTypes && !allowDockerTypesForAllCodecs && (Compression == LayerCompression.Zstd || Compression == LayerCompression.EStargz))
            throw Invalid($"compression={Compression} needs oci-mediatypes=true: Docker has no media type for it.");
        if (CompressionLevel is { } level && CompressionLevels.Of(Compression) is { } range
            && (range.Maximum == 0 || level < range.Minimum || level > range.Maximum))
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"compression-level={level} is out of range for compression={Compression}{(range.Maximum == 0 ? ", which has no levels" : $": {range.Minimum} to {range.Maximum}")}."));
        if (Mode is { } mode && !Enum.IsDefined(mode))
            throw Invalid($"mode {(int)mode} does not exist.");
    }

    private static RegistryCacheException Invalid(string message) => new(RegistryCacheErrorCode.InvalidOptions, message);

    private IEnumerable<KeyValuePair<string, string>> CommonAttributes()
    {
        if (Mode is { } mode)
            yield return new("mode", mode == CacheMode.Max ? "max" : "min");
        if (!OciMediaTypes)
            yield return new("oci-mediatypes", "false");
        if (ImageManifest is { } imageManifest)
            yield return new("image-manifest", imageManifest ? "true" : "false");
        if (Compression != LayerCompression.Gzip)
            yield return new("compression", Compression.Name);
        if (CompressionLevel is { } level)
            yield return new("compression-level", level.ToString(CultureInfo.InvariantCulture));
        if (ForceCompression)
            yield return new("force-compression", "true");
        if (IgnoreError)
            yield return new("ignore-error", "true");
    }
}
