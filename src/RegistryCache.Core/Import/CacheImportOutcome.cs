namespace RegistryCache;

/// <summary>How the import of one source ended.</summary>
public enum CacheImportOutcome
{
    /// <summary>A cache was found and read.</summary>
    Hit = 0,

    /// <summary>There is no cache: no such repository, tag or directory, or an image without one. Not an error.</summary>
    Miss = 1,

    /// <summary>The source could not be read, see <see cref="ImportedCache.Error"/>.</summary>
    Failed = 2,
}
