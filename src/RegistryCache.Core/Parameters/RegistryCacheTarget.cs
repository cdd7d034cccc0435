using RegistryCache.Storage;

namespace RegistryCache.Core.Parameters;

/// <summary>A cache in a registry, in a directory, or in both: <c>type=registry</c>.</summary>
/// <param name="Reference">The reference, with a tag; <see langword="null"/> to write to <see cref="Directory"/> only.</param>
internal sealed record RegistryCacheTarget(ImageReference? Reference) : CacheTarget
{
    /// <summary><c>registry.insecure</c>: no check of certificates, and plain HTTP where needed.</summary>
    public bool Insecure { get; init; }

    /// <summary><c>dest</c>: a directory that gets the same cache, tag <c>latest</c>.</summary>
    public string? Directory { get; init; }

    public override string Type => RegistryCacheSource.TypeName;

    public override IReadOnlyList<CachePlace> Places =>
    [
        .. Reference is null
            ? []
            : (CachePlace[])[new CachePlace(new RepositoryLocation(Reference, Insecure), Reference.Tag ?? CachePlace.DefaultTag)],
        .. Directory is null ? [] : (CachePlace[])[new CachePlace(new DirectoryLocation(Directory), CachePlace.DefaultTag)],
    ];

    public override CacheSource ToSource() => Reference is not null ? new RegistryCacheSource(Reference) { Insecure = Insecure }
        : Directory is not null ? new LocalCacheSource(Directory)
        : throw new RegistryCacheException(
            RegistryCacheErrorCode.InvalidOptions, "A target with neither a reference nor a directory cannot be read back.");

    protected override IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        if (Reference is not null)
            yield return new("ref", Reference.ToString());
        if (Directory is not null)
            yield return new("dest", Directory);
        if (Insecure)
            yield return new("registry.insecure", "true");
    }
}
