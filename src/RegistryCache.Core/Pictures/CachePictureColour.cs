namespace RegistryCache;

/// <summary>What the colours of a picture show. The page can switch.</summary>
public enum CachePictureColour
{
    /// <summary>When the newest result of a record was saved: the stronger, the newer.</summary>
    Age,

    /// <summary>The size of the layer that a record added: the stronger, the larger.</summary>
    Size,

    /// <summary>In which of two caches a record is. For a picture of a difference.</summary>
    Difference,
}
