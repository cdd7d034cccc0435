namespace RegistryCache;

/// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
/// <param name="Directory">The path, <c>src</c>.</param>
public sealed record LocalCacheSource(string Directory) : CacheSource
{
    /// <summary>The tag in <c>index.json</c>. Default <c>latest</c>; ignored when <see cref="Digest"/> is set.</summary>
    public string Tag { get; init; } = "latest";

    /// <summary>The digest of the manifest, or <see langword="null"/> to look the tag up.</summary>
    public Digest? Digest { get; init; }

    private protected override string Type => "local";

    private protected override IEnumerable<KeyValuePair<string, string>> Attributes()
    {
        yield return new("src", Directory);
        if (Tag != "latest")
            yield return new("tag", Tag);
        if (Digest is { } digest)
            yield return new("digest", digest.ToString());
    }
}
