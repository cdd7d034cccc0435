namespace RegistryCache;

/// <summary>Which results an export carries. Source: BuildKit solver/types.go.</summary>
public enum CacheMode
{
    /// <summary>Only the results that the final ones are made of. The default, as in BuildKit.</summary>
    Min = 0,

    /// <summary>The results of all steps.</summary>
    Max = 1,
}
