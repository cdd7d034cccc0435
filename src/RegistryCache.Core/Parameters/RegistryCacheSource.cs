using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>A cache in a registry, or an image with an inline cache: <c>type=registry</c>.</summary>
/// <param name="Reference">The reference, by tag or digest; with both, the digest decides.</param>
internal sealed record RegistryCacheSource(ImageReference Reference) : CacheSource
{
    public const string TypeName = "registry";

    /// <summary><c>registry.insecure</c>: no check of certificates, and plain HTTP where needed.</summary>
    public bool Insecure { get; init; }

    public override string Type => TypeName;

    internal override bool NamesManifest => !Reference.HasImpliedTag;

    public override CachePlace Place => new(
        new RepositoryLocation(Reference, Insecure),
        Reference.Digest is { } digest
            ? ManifestReference.ByDigest(digest)
            : ManifestReference.ByTag(Reference.Tag ?? CachePlace.DefaultTag));

    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("ref", Reference.ToString());
        if (Insecure)
            yield return new("registry.insecure", "true");
    }
}
