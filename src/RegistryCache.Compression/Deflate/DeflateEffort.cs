namespace RegistryCache.Compression.Deflate;

/// <summary>How thoroughly a level searches for matches.</summary>
/// <param name="ChainLength">The maximum number of earlier positions to compare.</param>
/// <param name="NiceLength">A match of this length is used without further search.</param>
/// <param name="Lookahead">How many of the next positions are checked for a better match: 0, 1 or 2.</param>
/// <param name="ShortMatches">Whether to search for matches of three bytes.</param>
internal readonly record struct DeflateEffort(int ChainLength, int NiceLength, int Lookahead, bool ShortMatches)
{
    /// <summary>Whether positions inside a match are indexed for later matches. At the fastest level this saves an eighth of the size and
    /// takes a third more time.</summary>
    public bool RemembersMatches => ChainLength > 1;

    /// <summary>The effort of a level from 1 to 9. Level 6 is tuned to give the same size as zlib's level 6.</summary>
    public static DeflateEffort OfLevel(int level) => level switch
    {
        1 => new(ChainLength: 1, NiceLength: 32, Lookahead: 0, ShortMatches: false),
        2 => new(ChainLength: 2, NiceLength: 16, Lookahead: 0, ShortMatches: false),
        3 => new(ChainLength: 5, NiceLength: 20, Lookahead: 0, ShortMatches: true),
        4 => new(ChainLength: 8, NiceLength: 24, Lookahead: 0, ShortMatches: true),
        5 => new(ChainLength: 10, NiceLength: 32, Lookahead: 1, ShortMatches: true),
        6 => new(ChainLength: 16, NiceLength: 40, Lookahead: 1, ShortMatches: true),
        7 => new(ChainLength: 60, NiceLength: 130, Lookahead: 1, ShortMatches: true),
        8 => new(ChainLength: 160, NiceLength: 258, Lookahead: 2, ShortMatches: true),
        _ => new(ChainLength: 1200, NiceLength: 258, Lookahead: 2, ShortMatches: true),
    };
}
