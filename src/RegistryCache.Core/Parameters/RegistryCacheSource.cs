using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>A cache in a registry, or an image with an inline cache: <c>type=registry</c>.</summary>
/// <param name="Reference">The reference, by tag or digest; with both, the digest decides.</param>
public sealed record RegistryCacheSource(ImageReference Reference) : CacheSource
{
    internal const string TypeName = "registry";

    /// <summary>A cache in a registry.</summary>
    /// <param name="reference">The reference, for example <c>ghcr.io/acme/app:buildcache</c>.</param>
    /// <exception cref="RegistryCacheException">It is not a reference.</exception>
    public RegistryCacheSource(string reference)
        : this(ImageReference.Parse(reference))
    {
    }

    /// <summary><c>registry.insecure</c>: no check of certificates, and plain HTTP where needed. Default <see langword="false"/>.</summary>
    public bool Insecure { get; init; }

    /// <inheritdoc/>
    public override string Type => TypeName;

    internal override bool NamesManifest => !Reference.HasImpliedTag;

    /// <inheritdoc/>
    public override CachePlace Place => new(
        new RepositoryLocation(Reference, Insecure),
        Reference.Digest is { } digest
            ? ManifestReference.ByDigest(digest)
            : ManifestReference.ByTag(Reference.Tag ?? CachePlace.DefaultTag));

    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("ref", Reference.ToString());
        if (Insecure)
            yield return new("registry.insecure", "true");
    }
}
