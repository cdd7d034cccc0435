using System.Buffers;

namespace RegistryCache.Core.Tar;

/// <summary>Numbers of seven bits in each byte, the lowest first. A signed number is folded first, so that small ones stay small.</summary>
internal static class Varint
{
    public static void Write(ArrayBufferWriter<byte> bytes, ulong value)
    {
        var span = bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        bytes.Advance(length);
    }

    public static void WriteSigned(ArrayBufferWriter<byte> bytes, long value) => Write(bytes, (ulong)(value << 1) ^ (ulong)(value >> 63));

    /// <summary>Reads a number and moves on; <see langword="false"/> when there is none, or one above <paramref name="max"/>.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, long max, out long value)
    {
        value = TryRead(ref rest, out var read) && read <= (ulong)max ? (long)read : -1;
        return value >= 0;
    }

    public static bool TryReadSigned(ref ReadOnlySpan<byte> rest, out long value)
    {
        var isRead = TryRead(ref rest, out var folded);
        value = (long)(folded >> 1) ^ -(long)(folded & 1);
        return isRead;
    }

    public static bool TryRead(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !rest.IsEmpty; shift += 7)
        {
            var next = rest[0];
            rest = rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
