using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
/// <param name="Directory">The path, <c>dest</c>; created when it does not exist.</param>
internal sealed record LocalCacheTarget(string Directory) : CacheTarget
{
    /// <summary>The tag in <c>index.json</c>.</summary>
    public string Tag { get; init; } = CachePlace.DefaultTag;

    /// <summary><c>reset</c>: afterwards delete what no tag in the directory needs.</summary>
    public bool Reset { get; init; }

    public override string Type => LocalCacheSource.TypeName;

    public override IReadOnlyList<CachePlace> Places => [new CachePlace(new DirectoryLocation(Directory), Tag)];

    public override bool SweepsAfterExport => Reset;

    public override CacheSource ToSource() => new LocalCacheSource(Directory) { Tag = Tag == CachePlace.DefaultTag ? null : Tag };

    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("dest", Directory);
        if (Tag != CachePlace.DefaultTag)
            yield return new("tag", Tag);
        if (Reset)
            yield return new("reset", "true");
    }
}
