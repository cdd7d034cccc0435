namespace RegistryCache.Compression.Inflate;

/// <summary>Why <see cref="InflateLoop"/> stopped.</summary>
internal enum InflateStop
{
    /// <summary>The input or the output room is nearly used up.</summary>
    Margin,

    EndOfBlock,

    InvalidCodeword,

    MatchBeforeStart,
}
