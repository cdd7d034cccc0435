namespace RegistryCache.Core.Format;

/// <summary>The parts of an image config that an inline cache needs: the diffIDs of the layers, base first, the JSON array of records, if
/// there is one, and the times of the history entries that made a layer.</summary>
internal sealed record ImageConfig(IReadOnlyList<string> DiffIds, byte[]? Cache, IReadOnlyList<CacheTime?> LayerTimes);
