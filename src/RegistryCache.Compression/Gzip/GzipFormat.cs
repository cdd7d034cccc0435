using System.Buffers.Binary;
using System.Collections.Immutable;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Gzip;

/// <summary>The fixed parts of a gzip member. Source: RFC 1952. Time, system and extra flags are those of BuildKit (Go's
/// compress/gzip).</summary>
internal static class GzipFormat
{
    public const int TrailerLength = 8;

    public const byte Magic1 = 0x1f;
    public const byte Magic2 = 0x8b;
    public const byte Deflate = 8;

    public const byte FlagExtra = 0x04;

    /// <summary>The levels of gzip and of estargz. Go's -1 is its default. Its -2, its fastest, is Huffman coding without matches. There is
    /// no such level here, and 1 is the fastest that compresses.</summary>
    public static CompressionLevelRange Levels { get; } = new(0, 9, 6)
    {
        BuildxLevels = ImmutableDictionary<int, int?>.Empty.Add(-1, null).Add(-2, 1),
    };

    /// <summary>An empty last deflate block. It ends a stream of flushed blocks, none of which is marked as the last.</summary>
    public static ReadOnlySpan<byte> EmptyLastBlock => [0x03, 0x00];

    /// <summary>A header without time and name. The extra flags mark the fastest and the best compression.</summary>
    public static byte[] Header(int level) =>
        [Magic1, Magic2, Deflate, 0, 0, 0, 0, 0, level switch { 9 => 2, 1 => 4, _ => 0 }, 255];

    /// <summary>The trailer of a member: the checksum and the length of its content, the length modulo 2^32.</summary>
    public static byte[] Trailer(uint crc, long length)
    {
        var trailer = new byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(sizeof(uint)), unchecked((uint)length));
        return trailer;
    }

    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [Magic1, Magic2, Deflate, ..];
}
