using System.IO.Hashing;
using System.Security.Cryptography;

namespace RegistryCache.Compression.Gzip;

/// <summary>
/// A gzip member with random content. Appended to a blob before it is decoded, its content comes out last exactly when the blob ended
/// where a member ended: a cut trailer swallows its header, and the decoder stops at bytes that are no member without reaching it.
/// The framework's decoder reports neither by itself.
/// </summary>
internal sealed class SentinelMember
{
    public const int ContentLength = 16;

    private SentinelMember(byte[] content, byte[] member)
    {
        Content = content;
        Member = member;
    }

    /// <summary>What the member decompresses to.</summary>
    public byte[] Content { get; }

    /// <summary>The member.</summary>
    public byte[] Member { get; }

    /// <summary>A member that no blob can have been made for.</summary>
    public static SentinelMember Create()
    {
        var content = RandomNumberGenerator.GetBytes(ContentLength);
        ReadOnlySpan<byte> storedLastBlock = [0x01, ContentLength, 0x00, unchecked((byte)~ContentLength), 0xff];
        return new SentinelMember(content, [.. GzipFormat.Header(level: 0), .. storedLastBlock, .. content, .. GzipFormat.Trailer(Crc32.HashToUInt32(content), ContentLength)]);
    }
}
