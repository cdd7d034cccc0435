using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
/// <param name="Directory">The path, <c>src</c>.</param>
internal sealed record LocalCacheSource(string Directory) : CacheSource
{
    public const string TypeName = "local";

    /// <summary>The tag in <c>index.json</c>; ignored when <see cref="Digest"/> is set. Default <see langword="null"/>: <c>latest</c>, and
    /// for <see cref="BuildCache.ListAsync(CacheSource, int, IProgress{CacheProgress}, CancellationToken)"/> every tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The digest of the manifest, or <see langword="null"/> to look the tag up.</summary>
    public Digest? Digest { get; init; }

    public override string Type => TypeName;

    internal override bool NamesManifest => Tag is not null || Digest is not null;

    public override CachePlace Place => new(
        new DirectoryLocation(Directory),
        Digest is { } digest ? ManifestReference.ByDigest(digest) : ManifestReference.ByTag(Tag ?? CachePlace.DefaultTag));

    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("src", Directory);
        if (Tag is not null)
            yield return new("tag", Tag);
        if (Digest is { } digest)
            yield return new("digest", digest.ToString());
    }
}
