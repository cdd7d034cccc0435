namespace RegistryCache.Compression.Gzip;

/// <summary>The fixed parts of a gzip member. Source: RFC 1952; the values of time, system and extra flags are those of Go's compress/gzip, which BuildKit uses.</summary>
internal static class GzipFormat
{
    public const int HeaderLength = 10;
    public const int TrailerLength = 8;

    public const byte Magic1 = 0x1f;
    public const byte Magic2 = 0x8b;
    public const byte Deflate = 8;

    public const byte FlagHeaderCrc = 0x02;
    public const byte FlagExtra = 0x04;
    public const byte FlagName = 0x08;
    public const byte FlagComment = 0x10;
    public const byte ReservedFlags = 0xe0;

    /// <summary>An empty last deflate block: what ends a stream of blocks that were flushed, none of which was marked as the last.</summary>
    public static ReadOnlySpan<byte> EmptyLastBlock => [0x03, 0x00];

    /// <summary>A header without time and name. The extra flags tell the extremes of the scale.</summary>
    public static byte[] Header(int level) =>
        [Magic1, Magic2, Deflate, 0, 0, 0, 0, 0, level switch { 9 => 2, 1 => 4, _ => 0 }, 255];

    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [Magic1, Magic2, Deflate, ..];
}
