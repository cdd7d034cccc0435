namespace RegistryCache;

/// <summary>Which of several sources wins when more than one has a result of the same step or the same key.</summary>
public enum CacheSourcePreference
{
    /// <summary>The earlier source. The results of later ones are used when its own cannot be loaded. The default.</summary>
    InOrder = 0,

    /// <summary>The newest result, whichever source it is from, as in BuildKit. A result that is dated in the future never wins.</summary>
    Newest = 1,
}
