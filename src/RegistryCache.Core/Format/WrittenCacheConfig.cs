namespace RegistryCache.Core.Format;

/// <summary>A serialised config and the chain behind each of its layer entries, in their order.</summary>
internal sealed record WrittenCacheConfig(ReadOnlyMemory<byte> Json, IReadOnlyList<LayerChain> Entries);
