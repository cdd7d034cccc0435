namespace RegistryCache;

/// <summary>What a blob is in a cache.</summary>
public enum CachePart
{
    /// <summary>A layer.</summary>
    Layer = 0,

    /// <summary>The cache config. Without it nothing of the cache can be read.</summary>
    Config = 1,

    /// <summary>The manifest. Without it nothing of the cache can be read.</summary>
    Manifest = 2,
}
