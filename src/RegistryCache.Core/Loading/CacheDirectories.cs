namespace RegistryCache.Core.Loading;

/// <summary>The local directories that a cache is kept in.</summary>
internal static class CacheDirectories
{
    public static IEnumerable<string> Of(CacheTarget target) => target switch
    {
        LocalCacheTarget local => [local.Directory],
        RegistryCacheTarget { Directory: { } directory } => [directory],
        _ => [],
    };

    public static IEnumerable<string> Of(CacheSource source) => source is LocalCacheSource local ? [local.Directory] : [];
}
