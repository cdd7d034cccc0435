using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How much a restore accepts from layers before it fails with <see cref="LimitExceededException"/>, and how much a snapshot puts
/// into one: with the same limits on both sides, what is saved can be restored.</summary>
public sealed record RestoreLimits
{
    /// <summary>The defaults of folder caches: paths of up to 32 KiB and 2048 parts, everything else as by default.</summary>
    public static RestoreLimits ForFolders { get; } = new() { MaxPathBytes = 32 << 10, MaxPathDepth = 2048 };

    /// <summary>Entries of all layers together. The default is 4,000,000.</summary>
    public long MaxEntries { get; init => field = Option.AtLeast(value, 0); } = 4_000_000;

    /// <summary>Bytes of all files together, with holes, and of what follows the end of an archive. The default is 256 GiB.</summary>
    public long MaxTotalBytes { get; init => field = Option.AtLeast(value, 0); } = 256L << 30;

    /// <summary>Bytes of one file, holes included. The default is 64 GiB.</summary>
    public long MaxFileBytes { get; init => field = Option.AtLeast(value, 0); } = 64L << 30;

    /// <summary>Bytes of one path. The default is 4096, the longest path that Linux opens in one call. A restore on Linux opens one
    /// directory after the other, so it can take longer paths: see <see cref="ForFolders"/>.</summary>
    public int MaxPathBytes { get; init => field = Option.AtLeast(value, 0); } = 4096;

    /// <summary>Bytes of one name in a path. The default is 765: 255 characters of three bytes, as common file systems allow.</summary>
    public int MaxNameBytes { get; init => field = Option.AtLeast(value, 0); } = 765;

    /// <summary>Bytes of the text of a symbolic link. The default is 4096, which is what Linux stores.</summary>
    public int MaxLinkBytes { get; init => field = Option.AtLeast(value, 0); } = 4096;

    /// <summary>Parts of one path. The default is 256. Each needs an open file while it is written.</summary>
    public int MaxPathDepth { get; init => field = Option.AtLeast(value, 0); } = 256;

    /// <summary>Bytes of all extra headers of one entry: long names, attributes, sparse maps. The default is 1 MiB.</summary>
    public int MaxHeaderBytes { get; init => field = Option.AtLeast(value, 0); } = 1 << 20;
}
