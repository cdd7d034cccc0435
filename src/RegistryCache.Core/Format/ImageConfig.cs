namespace RegistryCache.Core.Format;

/// <summary>The parts of an image config that an inline cache needs.</summary>
/// <param name="DiffIds">The diffIDs of the image's layers, base first.</param>
/// <param name="Cache">The records array in JSON, or <see langword="null"/> when the image carries no cache.</param>
/// <param name="LayerTimes">The times of the history entries that made a layer.</param>
internal sealed record ImageConfig(IReadOnlyList<string> DiffIds, byte[]? Cache, IReadOnlyList<CacheTime?> LayerTimes);
