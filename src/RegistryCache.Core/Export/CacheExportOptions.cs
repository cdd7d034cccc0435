using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Storage;

namespace RegistryCache.Core.Export;

/// <summary>How to export, beyond what the target's parameters say. Immutable.</summary>
public sealed record CacheExportOptions
{
    /// <summary>Blobs that are converted or sent at a time. Default 4, as BuildKit; 1 to 64.</summary>
    public int MaxParallelLayers { get; init; } = 4;

    /// <summary>What to do with an export that BuildKit could not read back. Default <see cref="OversizePolicy.Warn"/>.</summary>
    public OversizePolicy Oversize { get; init; }

    /// <summary>The size in bytes from which <see cref="Oversize"/> applies to config and manifest, each. Default <see cref="CacheFormatLimits.BuildKitMaxBytes"/>.</summary>
    public long OversizeThreshold { get; init; } = CacheFormatLimits.BuildKitMaxBytes;

    /// <summary>The final steps whose results <c>mode=min</c> keeps. Default: the records that nothing links to.</summary>
    public IReadOnlyCollection<CacheRecord>? Targets { get; init; }

    /// <summary>
    /// Whether zstd and estargz layers may have Docker media types, as BuildKit writes them. Default <see langword="false"/>: Docker
    /// never defined such types and other readers refuse them.
    /// </summary>
    public bool AllowDockerTypesForAllCodecs { get; init; }

    /// <summary>Told of bytes sent, blob by blob; <see langword="null"/> by default.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    internal void Validate()
    {
        if (MaxParallelLayers is < 1 or > 64)
            throw Invalid($"{nameof(MaxParallelLayers)} is {MaxParallelLayers}; it must be 1 to 64.");
        if (OversizeThreshold < 1024)
            throw Invalid($"{nameof(OversizeThreshold)} is {OversizeThreshold} bytes; it must be at least 1024.");
    }

    private static RegistryCacheException Invalid(string message) => new(RegistryCacheErrorCode.InvalidOptions, message);
}
