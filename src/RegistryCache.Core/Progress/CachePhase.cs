namespace RegistryCache;

/// <summary>What a long operation is doing. Phases of one operation can overlap.</summary>
public enum CachePhase
{
    /// <summary>Files of a folder are read and compared. Bytes are those of the files.</summary>
    Reading,

    /// <summary>Files become layers. Bytes are those of the uncompressed tars; the total is an estimate.</summary>
    Compressing,

    /// <summary>Layers are converted to another compression. Bytes are those of the layers before.</summary>
    Converting,

    /// <summary>Blobs are sent to a target. Bytes are those of the blobs; what the target has already counts as done.</summary>
    Sending,

    /// <summary>Layers are fetched and unpacked into a folder. Bytes are those of the compressed layers.</summary>
    Restoring,

    /// <summary>Blobs are read or asked for, to see whether they are whole. Bytes are those of the blobs.</summary>
    Verifying,

    /// <summary>Layers are read to see what they hold: to compare them, or to measure them. Bytes are those of the compressed
    /// layers.</summary>
    Examining,

    /// <summary>Manifests and configs of caches are read. Bytes are theirs; the total grows with each manifest that names
    /// another.</summary>
    Importing,
}
