using RegistryCache.Core.Errors;

namespace RegistryCache.Compression;

/// <summary>Limits of this package for reading layers. They keep a hostile layer from exhausting memory.</summary>
public sealed record CompressionOptions
{
    /// <summary>The default of <see cref="MaxZstdWindowBytes"/>: 128 MiB, as in the zstd tool and in containerd.</summary>
    public const long DefaultMaxZstdWindowBytes = 128L << 20;

    /// <summary>The largest window of the format: 2 GiB.</summary>
    public const long LargestZstdWindowBytes = 2L << 30;

    /// <summary>The largest window in bytes that a zstd frame may have, 1 KiB to 2 GiB. The decoder keeps that much content in memory while
    /// it reads such a layer. Writers exceed the default only on request (<c>zstd --long=28</c> and higher). Default: 128 MiB.</summary>
    public long MaxZstdWindowBytes { get; init => field = Option.InRange(value, 1024, LargestZstdWindowBytes); } =
        DefaultMaxZstdWindowBytes;

    /// <summary>The largest table of contents of an estargz blob in bytes of JSON. Default: 128 MiB.</summary>
    public long MaxEStargzTocBytes { get; init => field = Option.InRange(value, 1, int.MaxValue); } = 128L << 20;

    /// <summary>The most entries of a table of contents, chunks included. Default: 1,000,000.</summary>
    public int MaxEStargzEntries { get; init => field = Option.AtLeast(value, 1); } = 1_000_000;

    /// <summary>The largest chunk of an estargz blob in bytes, which is in memory until it is verified. Default: 64 MiB. Usual chunks have
    /// 4 MiB.</summary>
    public int MaxEStargzChunkBytes { get; init => field = Option.AtLeast(value, 1); } = 64 << 20;

    /// <summary>Whether <see cref="EStargzArchive"/> needs a descriptor with the digest of the table of contents
    /// (<c>containerd.io/snapshot/stargz/toc.digest</c>). Without it single files are not verified. Default:
    /// <see langword="true"/>.</summary>
    public bool RequireEStargzTocDigest { get; init; } = true;
}
