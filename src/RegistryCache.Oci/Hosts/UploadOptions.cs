namespace RegistryCache.Oci;

/// <summary>How blobs are sent.</summary>
public sealed class UploadOptions
{
    /// <summary>
    /// Whether blobs go in chunks from the start. Default <see langword="false"/>: one PUT for the whole blob, which every registry takes;
    /// chunks are then used only to go on after a broken connection, or where a registry refuses the single PUT.
    /// </summary>
    public bool Chunked { get; set; }

    /// <summary>The size of a chunk in bytes. Default 16 MiB, at least 64 KiB. A registry's own minimum raises it, a refusal lowers it.</summary>
    public int ChunkBytes { get; set; } = 16 << 20;

    /// <summary>The highest minimum that a registry may ask for with <c>OCI-Chunk-Min-Length</c>. Default 512 MiB, at least <see cref="ChunkBytes"/>.</summary>
    public int MaxChunkBytes { get; set; } = 512 << 20;

    /// <summary>Bodies from this size are announced with <c>Expect: 100-continue</c>, so that a refusal comes before the bytes. Default 1 MiB.</summary>
    public long ExpectContinueBytes { get; set; } = 1 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxChunkBytes, ChunkBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(ExpectContinueBytes);
    }
}
