using System.Globalization;

namespace RegistryCache.Compression;

/// <summary>How far the codecs of this package go to read what others wrote.</summary>
public sealed record CompressionOptions
{
    /// <summary>The default of <see cref="MaxZstdWindowBytes"/>: 128 MiB, as for the zstd tool and for containerd.</summary>
    public const long DefaultMaxZstdWindowBytes = 128L << 20;

    /// <summary>The most that zstd has: 2 GiB.</summary>
    public const long LargestZstdWindowBytes = 2L << 30;

    /// <summary>
    /// The largest window in bytes that a zstd frame may ask for, 1 KiB to 2 GiB. The decoder holds that much of the content in memory
    /// while it reads such a layer. Writers go above the default only when told to (<c>zstd --long=28</c> and higher). Default: 128 MiB.
    /// </summary>
    public long MaxZstdWindowBytes { get; init; } = DefaultMaxZstdWindowBytes;

    internal void Validate()
    {
        if (MaxZstdWindowBytes is < 1024 or > LargestZstdWindowBytes)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.InvalidOptions,
                string.Create(CultureInfo.InvariantCulture, $"{nameof(CompressionOptions)}.{nameof(MaxZstdWindowBytes)} is {MaxZstdWindowBytes}; give 1024 to {LargestZstdWindowBytes} bytes."));
        }
    }
}
