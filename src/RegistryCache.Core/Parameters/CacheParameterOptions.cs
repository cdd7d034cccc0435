namespace RegistryCache;

/// <summary>How parameter texts are read.</summary>
public sealed record CacheParameterOptions
{
    /// <summary>The defaults: strict.</summary>
    public static CacheParameterOptions Strict { get; } = new();

    /// <summary>
    /// Whether to read texts as buildx and BuildKit do: unknown keys are ignored, <c>dest</c> of a registry among them; a bad
    /// <c>mode</c> is min and a bad <c>ignore-error</c> is false; levels beyond zstd's range count as its nearest;
    /// level -2 of gzip and estargz counts as 1. Default <see langword="false"/>: each of these is an error.
    /// </summary>
    public bool BuildxCompatible { get; init; }

    /// <summary>Names of compressions beside gzip, zstd, estargz and uncompressed, for codecs of your own.</summary>
    public IReadOnlyCollection<LayerCompression> OtherCompressions { get; init; } = [];

    /// <summary>Told of what is legal but probably not meant, such as a port that was read as a tag.</summary>
    public Action<string>? OnWarning { get; init; }
}
