namespace RegistryCache.Storage;

/// <summary>Where one cache is: a location, and a manifest in it.</summary>
/// <param name="Location">What a provider opens.</param>
/// <param name="Manifest">The manifest; a place to write to has a tag.</param>
public sealed record CachePlace(CacheLocation Location, ManifestReference Manifest)
{
    /// <summary>The tag where none is given: <c>latest</c>.</summary>
    public const string DefaultTag = "latest";

    /// <summary>A place by its tag.</summary>
    /// <param name="location">What a provider opens.</param>
    /// <param name="tag">The tag.</param>
    public CachePlace(CacheLocation location, string tag)
        : this(location, ManifestReference.ByTag(tag))
    {
    }

    /// <summary>The files and directories of this machine that some places are in.</summary>
    internal static IReadOnlyList<string> LocalPaths(IEnumerable<CachePlace> places) =>
        [.. places.Select(p => p.Location.LocalPath).OfType<string>()];
}
