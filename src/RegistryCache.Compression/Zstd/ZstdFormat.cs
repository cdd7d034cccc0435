using System.Buffers.Binary;

namespace RegistryCache.Compression.Zstd;

/// <summary>Recognises the start of a zstd blob. Source: RFC 8878, sections 3.1.1 and 3.1.2.</summary>
internal static class ZstdFormat
{
    public const uint FrameMagic = 0xfd2fb528;
    public const uint SkippableMagic = 0x184d2a50;
    private const int SkippableHeaderLength = 8;

    public static bool IsZstd(ReadOnlySpan<byte> head)
    {
        if (head.Length < sizeof(uint))
            return false;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(head);
        return magic == FrameMagic || ((magic & ~0xfu) == SkippableMagic && head.Length >= SkippableHeaderLength);
    }
}
