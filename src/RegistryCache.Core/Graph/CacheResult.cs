using RegistryCache.Core.Content;

namespace RegistryCache.Core.Graph;

/// <summary>What a step produced, and when.</summary>
/// <param name="Chain">The layers, or <see langword="null"/> for a result without layers, which only inline caches can have.</param>
/// <param name="CreatedAt">When the result was saved. The newest result of a match wins, so a zero time always loses.</param>
public sealed record CacheResult(LayerChain? Chain, CacheTime CreatedAt);
