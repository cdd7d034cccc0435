namespace RegistryCache.Core.Parameters;

/// <summary>Which results an export carries. Source: BuildKit solver/types.go.</summary>
public enum CacheMode
{
    /// <summary>Only the layers of the final result. The default everywhere.</summary>
    Min = 0,

    /// <summary>The layers of all steps.</summary>
    Max = 1,
}
