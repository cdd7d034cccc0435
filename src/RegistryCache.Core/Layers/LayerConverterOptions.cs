using RegistryCache.Core.Errors;
using RegistryCache.Core.Layers;

namespace RegistryCache;

/// <summary>What a converter works with.</summary>
public sealed record LayerConverterOptions
{
    /// <summary>How many pieces of layers are compressed at once, 1 or more. Default: <see cref="Environment.ProcessorCount"/>.</summary>
    public int? Cores { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>Where converted blobs wait until they are stored. It must exist. Default: the system's temporary directory.</summary>
    public string? SpoolDirectory { get; init; }

    /// <summary>The limits on what a layer may decompress to.</summary>
    public LayerDecodeLimits Limits { get; init => field = Option.NotNull(value); } = new();

    /// <summary>The workers of the whole cache; <see langword="null"/> for workers of each call alone.</summary>
    internal LayerWorkers? Workers { get; init; }
}
