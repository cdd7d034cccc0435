using RegistryCache.Core.Errors;

namespace RegistryCache.Compression;

/// <summary>How to read an estargz blob. The limits keep a hostile table of contents from exhausting memory.</summary>
public sealed record EStargzReadOptions
{
    /// <summary>The largest table of contents in bytes of JSON. Default: 128 MiB.</summary>
    public long MaxTocBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 128L << 20;

    /// <summary>The most entries, chunks included. Default: 1,000,000.</summary>
    public int MaxEntries { get; init => field = Option.AtLeast(value, 1); } = 1_000_000;

    /// <summary>The largest chunk in bytes, which is in memory until it is verified. Default: 64 MiB. Usual chunks have 4 MiB.</summary>
    public int MaxChunkBytes { get; init => field = Option.AtLeast(value, 1); } = 64 << 20;

    /// <summary>Whether the layer's descriptor must state the digest of the table of contents
    /// (<c>containerd.io/snapshot/stargz/toc.digest</c>). Without it single files are not verified. Default:
    /// <see langword="true"/>.</summary>
    public bool RequireTocDigest { get; init; } = true;
}
