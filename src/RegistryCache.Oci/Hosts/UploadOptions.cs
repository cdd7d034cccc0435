using RegistryCache.Core.Errors;

namespace RegistryCache.Oci;

/// <summary>Options for uploads of blobs.</summary>
public sealed record UploadOptions
{
    /// <summary>Whether blobs are sent in chunks from the start. Default <see langword="false"/>: one PUT for the whole blob, which every
    /// registry accepts. Chunks are then used only to continue after a broken connection, or if a registry refuses the single
    /// PUT.</summary>
    public bool Chunked { get; init; }

    /// <summary>The size of a chunk in bytes. Default 16 MiB, at least 64 KiB. A registry's minimum can raise it, and a refusal lowers
    /// it.</summary>
    public int ChunkBytes { get; init => field = Option.AtLeast(value, 64 << 10); } = 16 << 20;

    /// <summary>The largest minimum chunk size that is accepted from a registry's <c>OCI-Chunk-Min-Length</c>. Default 512 MiB, at least
    /// <see cref="ChunkBytes"/>.</summary>
    public int MaxChunkBytes { get; init => field = Option.AtLeast(value, 64 << 10); } = 512 << 20;

    /// <summary>Bodies of at least this size are sent with <c>Expect: 100-continue</c>, so a registry can refuse before the bytes are sent.
    /// Default 1 MiB.</summary>
    public long ExpectContinueBytes { get; init => field = Option.AtLeast(value, 0); } = 1 << 20;

    internal void Validate()
    {
        if (MaxChunkBytes < ChunkBytes)
            throw Option.Invalid(nameof(MaxChunkBytes), MaxChunkBytes, $"at least {nameof(ChunkBytes)}");
    }
}
