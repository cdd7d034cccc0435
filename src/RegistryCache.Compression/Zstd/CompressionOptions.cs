using RegistryCache.Core.Errors;

namespace RegistryCache.Compression;

/// <summary>Limits of the codecs of this package for reading layers.</summary>
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
}
