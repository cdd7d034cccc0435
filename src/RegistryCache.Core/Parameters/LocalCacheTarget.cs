using RegistryCache.Storage;

namespace RegistryCache;

/// <summary>A cache in an OCI layout directory: <c>type=local</c>.</summary>
/// <param name="Directory">The path, <c>dest</c>; created when it does not exist.</param>
public sealed record LocalCacheTarget(string Directory) : CacheTarget
{
    /// <summary>The tag in <c>index.json</c>. Default <c>latest</c>.</summary>
    public string Tag { get; init; } = CachePlace.DefaultTag;

    /// <summary><c>reset</c>: afterwards delete what no tag in the directory needs. Default <see langword="false"/>.</summary>
    public bool Reset { get; init; }

    /// <inheritdoc/>
    public override string Type => LocalCacheSource.TypeName;

    /// <inheritdoc/>
    public override IReadOnlyList<CachePlace> Places => [new CachePlace(new DirectoryLocation(Directory), Tag)];

    /// <inheritdoc/>
    public override bool SweepsAfterExport => Reset;

    /// <inheritdoc/>
    public override CacheSource ToSource() => new LocalCacheSource(Directory) { Tag = Tag == CachePlace.DefaultTag ? null : Tag };

    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        yield return new("dest", Directory);
        if (Tag != CachePlace.DefaultTag)
            yield return new("tag", Tag);
        if (Reset)
            yield return new("reset", "true");
    }
}
