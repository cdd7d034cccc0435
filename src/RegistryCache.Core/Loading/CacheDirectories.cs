namespace RegistryCache.Core.Loading;

/// <summary>The local files and directories that a cache is kept in.</summary>
internal static class CacheDirectories
{
    public static IEnumerable<string> Of(CacheTarget target) => target.Places.Select(p => p.Location.LocalPath).OfType<string>();

    public static IEnumerable<string> Of(CacheSource source) => source.Place.Location.LocalPath is { } path ? [path] : [];
}
