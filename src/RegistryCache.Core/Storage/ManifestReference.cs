namespace RegistryCache.Storage;

/// <summary>Names a manifest inside a store: by tag or by digest. Source: OCI distribution-spec, "reference".</summary>
public readonly record struct ManifestReference
{
    private ManifestReference(string? tag, Digest digest)
    {
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The tag, or <see langword="null"/> for a digest.</summary>
    public string? Tag { get; }

    /// <summary>The digest; <see langword="default"/> for a tag.</summary>
    public Digest Digest { get; }

    /// <summary>Names a manifest by tag. Each store checks the tags that it can hold.</summary>
    /// <param name="tag">The tag.</param>
    public static ManifestReference ByTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return new ManifestReference(tag, default);
    }

    /// <summary>Names a manifest by digest.</summary>
    /// <param name="digest">The digest.</param>
    public static ManifestReference ByDigest(Digest digest) => digest.IsDefault
        ? throw new ArgumentException("The digest must not be the default value.", nameof(digest))
        : new ManifestReference(null, digest);

    /// <summary>The tag or the digest.</summary>
    public override string ToString() => Tag ?? Digest.ToString();
}
