namespace RegistryCache;

/// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
/// <param name="Directory">The path, <c>dest</c>; created when it does not exist.</param>
public sealed record LocalCacheTarget(string Directory) : CacheTarget
{
    /// <summary>The tag in <c>index.json</c>. Default <c>latest</c>.</summary>
    public string Tag { get; init; } = "latest";

    /// <summary><c>reset</c>: afterwards delete what no tag in the directory needs. Default <see langword="false"/>.</summary>
    public bool Reset { get; init; }

    private protected override string Type => "local";

    private protected override IEnumerable<KeyValuePair<string, string>> PlaceAttributes()
    {
        yield return new("dest", Directory);
        if (Tag != "latest")
            yield return new("tag", Tag);
        if (Reset)
            yield return new("reset", "true");
    }
}
