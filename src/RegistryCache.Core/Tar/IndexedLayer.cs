namespace RegistryCache.Core.Tar;

/// <summary>One layer that an index describes.</summary>
/// <param name="DiffId">The digest of the layer, decompressed.</param>
/// <param name="Bytes">The length of its tar.</param>
/// <param name="Count">How many of the index's entries it holds.</param>
internal readonly record struct IndexedLayer(Digest DiffId, long Bytes, int Count);
