namespace RegistryCache.Layers;

/// <summary>How certain a codec is that it can read a blob. The codec with the highest value reads the blob.</summary>
public enum LayerMatch
{
    /// <summary>The blob is of another codec.</summary>
    None = 0,

    /// <summary>The bytes show no codec. This codec reads blobs that no other codec recognises, as uncompressed does.</summary>
    Fallback = 1,

    /// <summary>The blob starts like every blob of the format.</summary>
    Generic = 2,

    /// <summary>The blob has a mark of this codec inside a format that other codecs read too, as estargz in gzip.</summary>
    Exact = 3,
}
