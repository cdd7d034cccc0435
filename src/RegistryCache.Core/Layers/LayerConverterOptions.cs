using RegistryCache.Core.Layers;

namespace RegistryCache;

/// <summary>What a converter works with.</summary>
public sealed class LayerConverterOptions
{
    /// <summary>How many pieces of layers may be compressed at the same time, 1 or more. The default is <see cref="Environment.ProcessorCount"/>.</summary>
    public int? Cores { get; init; }

    /// <summary>An existing directory for converted blobs until they are stored; <see langword="null"/> for the system's temporary directory.</summary>
    public string? SpoolDirectory { get; init; }

    /// <summary>Limits when layers are decoded.</summary>
    public LayerReadOptions Reading { get; init; } = new();

    /// <summary>The workers of the whole cache; <see langword="null"/> for workers of each call alone.</summary>
    internal LayerWorkers? Workers { get; init; }
}
