namespace RegistryCache;

/// <summary>Which results are exported. Source: BuildKit solver/types.go.</summary>
public enum CacheMode
{
    /// <summary>Only the results that are part of the final results. The default, as in BuildKit.</summary>
    Min = 0,

    /// <summary>The results of all steps.</summary>
    Max = 1,
}
