using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
/// <param name="Directory">The path, <c>src</c>.</param>
public sealed record LocalCacheSource(string Directory) : CacheSource
{
    internal const string TypeName = "local";

    /// <summary>The tag in <c>index.json</c>. Default <c>latest</c>; ignored when <see cref="Digest"/> is set.</summary>
    public string Tag { get; init; } = CachePlace.DefaultTag;

    /// <summary>The digest of the manifest, or <see langword="null"/> to look the tag up.</summary>
    public Digest? Digest { get; init; }

    /// <inheritdoc/>
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override CachePlace Place => new(
        new DirectoryLocation(Directory),
        Digest is { } digest ? ManifestReference.ByDigest(digest) : ManifestReference.ByTag(Tag));

    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("src", Directory);
        if (Tag != CachePlace.DefaultTag)
            yield return new("tag", Tag);
        if (Digest is { } digest)
            yield return new("digest", digest.ToString());
    }
}
