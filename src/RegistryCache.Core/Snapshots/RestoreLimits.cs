namespace RegistryCache.Core.Snapshots;

/// <summary>How much a restore accepts from layers before it fails with <see cref="Errors.LimitExceededException"/>.</summary>
public sealed record RestoreLimits
{
    /// <summary>Entries of all layers together. The default is 4,000,000.</summary>
    public long MaxEntries { get; init; } = 4_000_000;

    /// <summary>Bytes of all files together, holes included, and of whatever follows the end of an archive. The default is 256 GiB.</summary>
    public long MaxTotalBytes { get; init; } = 256L << 30;

    /// <summary>Bytes of one file, holes included. The default is 64 GiB.</summary>
    public long MaxFileBytes { get; init; } = 64L << 30;

    /// <summary>Bytes of one path or link target. The default is 4096, which is what Linux opens.</summary>
    public int MaxPathBytes { get; init; } = 4096;

    /// <summary>Parts of one path. The default is 256.</summary>
    public int MaxPathDepth { get; init; } = 256;

    /// <summary>Bytes of all extra headers of one entry: long names, attributes, sparse maps. The default is 1 MiB.</summary>
    public int MaxHeaderBytes { get; init; } = 1 << 20;
}
