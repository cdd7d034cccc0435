namespace RegistryCache;

/// <summary>Different layers, and their size.</summary>
/// <param name="Count">The number of layers.</param>
/// <param name="Bytes">The size of their blobs in bytes.</param>
public readonly record struct LayerTotal(int Count, long Bytes);
