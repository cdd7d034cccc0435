namespace RegistryCache;

/// <summary>What a step produced, and when.</summary>
/// <param name="Chain">The layers, or <see langword="null"/> for a result without layers, which only inline caches can have.</param>
/// <param name="CreatedAt">When the result was saved. In BuildKit the newest result of a match wins, so a zero time always loses.</param>
public sealed record CacheResult(LayerChain? Chain, CacheTime CreatedAt)
{
    /// <summary>The rank of a result that this process made: it comes before every result that was found.</summary>
    internal const int MadeHere = -1;

    /// <summary>The position of the result's source in the list of trusted sources; 0 if all sources are equal.</summary>
    internal int Rank { get; init; }
}
