namespace RegistryCache.Core.Pruning;

/// <summary>A cache that rules are applied to, and the tag that holds it.</summary>
internal sealed record PrunedCache(string Tag, CacheGraph Graph);
