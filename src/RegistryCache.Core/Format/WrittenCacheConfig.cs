namespace RegistryCache.Core.Format;

/// <summary>The JSON of a config, and the chain of each layer entry, in their order.</summary>
internal sealed record WrittenCacheConfig(ReadOnlyMemory<byte> Json, IReadOnlyList<LayerChain> Entries);
