namespace RegistryCache.Layers;

/// <summary>How certain a codec is that a blob is one of its own. The codec with the highest value reads the blob.</summary>
public enum LayerMatch
{
    /// <summary>The blob is of another codec.</summary>
    None = 0,

    /// <summary>Nothing in the blob tells. The codec takes blobs that no other codec recognises, as uncompressed does.</summary>
    Fallback = 1,

    /// <summary>The blob starts as the format prescribes.</summary>
    Generic = 2,

    /// <summary>The blob has a mark of this codec inside a format that other codecs read too, as estargz in gzip.</summary>
    Exact = 3,
}
