using System.Buffers;

namespace RegistryCache.Core.Tar;

/// <summary>Numbers of seven bits in each byte, the lowest first. A signed number is folded first, so that small ones stay small.</summary>
internal static class Varint
{
    public const int MaxBytes = 10;

    public static void Write(ArrayBufferWriter<byte> bytes, ulong value)
    {
        var rest = bytes.GetSpan(MaxBytes);
        var free = rest.Length;
        Write(ref rest, value);
        bytes.Advance(free - rest.Length);
    }

    public static void WriteSigned(ArrayBufferWriter<byte> bytes, long value) => Write(bytes, Fold(value));

    /// <summary>Writes a number and moves on. There must be room for <see cref="MaxBytes"/>.</summary>
    public static void Write(ref Span<byte> rest, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            rest[length++] = (byte)(value | 0x80);
        rest[length++] = (byte)value;
        rest = rest[length..];
    }

    public static void WriteSigned(ref Span<byte> rest, long value) => Write(ref rest, Fold(value));

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
        for (var i = 0; i < rest.Length && i < MaxBytes; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static ulong Fold(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);
}
