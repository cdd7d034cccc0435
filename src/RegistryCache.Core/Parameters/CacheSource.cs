using RegistryCache.Core.Parameters;
using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>Where to read a cache from. Prints as the text that it can be parsed from; equal when all options are. Packages derive from it
/// for a <c>type=…</c> of their own, see <see cref="ICacheKind"/>.</summary>
public abstract record CacheSource
{
    /// <summary>The name of the kind, as in <c>type=…</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The place, and the manifest in it.</summary>
    public abstract CachePlace Place { get; }

    /// <summary>Whether a tag or digest is named. If not, <c>latest</c> is read, and every tag is listed.</summary>
    internal virtual bool NamesManifest => true;

    /// <summary>A cache in a registry, or an image with an inline cache: <c>type=registry</c>.</summary>
    /// <param name="reference">The reference, by tag or digest, for example <c>ghcr.io/acme/app:buildcache</c>; with both, the digest
    /// decides.</param>
    /// <param name="insecure"><c>registry.insecure</c>: no check of certificates, and plain HTTP where needed.</param>
    /// <exception cref="RegistryCacheException">It is not a reference.</exception>
    public static CacheSource Registry(string reference, bool insecure = false) =>
        new RegistryCacheSource(ImageReference.Parse(reference)) { Insecure = insecure };

    /// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
    /// <param name="directory">The path, <c>src</c>.</param>
    /// <param name="tag">The tag in <c>index.json</c>; ignored when there is a digest. Without either, <c>latest</c> is read, and every tag
    /// is listed.</param>
    /// <param name="digest">The digest of the manifest, or <see langword="null"/> to look the tag up.</param>
    public static CacheSource Local(string directory, string? tag = null, Digest? digest = null) =>
        new LocalCacheSource(directory) { Tag = tag, Digest = digest };

    /// <summary>Parses one source in <c>--cache-from</c> form: <c>type=registry,ref=…</c>, <c>type=local,src=…</c> or a bare reference. The
    /// kinds of packages are known to <see cref="BuildCache.ParseSource"/> only.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong, or names no source or several.</exception>
    public static CacheSource Parse(string text, CacheParameterOptions? options = null) => CacheTexts.WithoutCache.Source(text, options);

    /// <summary>Parses a text that may be a comma-separated list of bare references. An empty text has no source, as in buildx.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it; strict by default.</param>
    /// <exception cref="CacheParameterException">The text is wrong.</exception>
    public static IReadOnlyList<CacheSource> ParseMany(string text, CacheParameterOptions? options = null) =>
        CacheTexts.WithoutCache.Sources(text, options);

    /// <summary>The text form.</summary>
    public sealed override string ToString() => CacheEntry.Print(Type, Parameters());

    /// <summary>The parameters that are not at their default, in any order, without the type.</summary>
    protected abstract IEnumerable<KeyValuePair<string, string>> Parameters();
}
