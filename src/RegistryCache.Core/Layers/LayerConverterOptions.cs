using RegistryCache.Layers;

namespace RegistryCache;

/// <summary>What a converter works with.</summary>
public sealed class LayerConverterOptions
{
    /// <summary>The workers that share the machine's cores; <see langword="null"/> for workers of each call alone.</summary>
    public LayerWorkers? Workers { get; init; }

    /// <summary>An existing directory for converted blobs until they are stored; <see langword="null"/> for the system's temporary directory.</summary>
    public string? SpoolDirectory { get; init; }

    /// <summary>Limits when layers are decoded.</summary>
    public LayerReadOptions Reading { get; init; } = new();
}
