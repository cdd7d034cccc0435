using RegistryCache.Layers;

namespace RegistryCache;

/// <summary>How parameter texts are read.</summary>
public sealed record CacheParameterOptions
{
    /// <summary>The defaults: strict.</summary>
    public static CacheParameterOptions Strict { get; } = new();

    /// <summary>Whether to read texts as buildx and BuildKit do: unknown keys are ignored, <c>dest</c> of a registry among them; a bad
    /// <c>mode</c> is min and a bad <c>ignore-error</c> is false; Docker media types are not checked against the compression; and a level
    /// means what the codec says that it means to buildx (<see cref="CompressionLevelRange.BuildxLevels"/>), where the codecs are known.
    /// Default <see langword="false"/>: each of these is an error.</summary>
    public bool BuildxCompatible { get; init; }

    /// <summary>Receives what is legal but probably not meant, such as a port that was read as a tag.</summary>
    public Action<string>? OnWarning { get; init; }
}
