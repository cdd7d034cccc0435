namespace RegistryCache.Compression.Inflate;

/// <summary>Why <see cref="InflateLoop"/> stopped.</summary>
internal enum InflateStop
{
    /// <summary>Input or room come to their end.</summary>
    Margin,

    EndOfBlock,

    InvalidCodeword,

    MatchBeforeStart,
}
