namespace RegistryCache;

/// <summary>What a step produced, and when.</summary>
/// <param name="Chain">The layers, or <see langword="null"/> for a result without layers, which only inline caches can have.</param>
/// <param name="CreatedAt">When the result was saved. In BuildKit the newest result of a match wins, so a zero time always loses.</param>
public sealed record CacheResult(LayerChain? Chain, CacheTime CreatedAt)
{
    /// <summary>The rank of a result that this process made: nothing that was found comes before it.</summary>
    internal const int MadeHere = -1;

    /// <summary>How far down the list of trusted sources the result comes from; 0 where there is one source or none counts more.</summary>
    internal int Rank { get; init; }
}
