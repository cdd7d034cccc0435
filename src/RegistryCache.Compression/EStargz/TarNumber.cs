using System.Buffers.Text;

namespace RegistryCache.Compression.EStargz;

/// <summary>Numbers of tar headers: octal text, or binary with the top bit set where octal digits do not suffice (GNU).</summary>
internal static class TarNumber
{
    public static long Parse(ReadOnlySpan<byte> field, long offset) =>
        (field[0] & 0x80) != 0 ? ParseBinary(field, offset) : ParseOctal(field, offset);

    private static long ParseBinary(ReadOnlySpan<byte> field, long offset)
    {
        var negative = (field[0] & 0x40) != 0;
        var fill = negative ? (byte)0xff : (byte)0;
        long value = negative ? -1 : 0;
        for (var i = 0; i < field.Length; i++)
        {
            var next = i == 0 ? (byte)(negative ? field[0] | 0x80 : field[0] & 0x7f) : field[i];
            if (field.Length - i > sizeof(long) && next != fill)
                throw TarHeader.InvalidTar(offset, "a number exceeds 64 bits");
            value = (value << 8) | next;
        }

        if (value < 0 != negative)
            throw TarHeader.InvalidTar(offset, "a number exceeds 64 bits");
        return value;
    }

    private static long ParseOctal(ReadOnlySpan<byte> field, long offset)
    {
        var digits = field.Trim(" \0"u8);
        var end = digits.IndexOf((byte)0);
        if (end >= 0)
            digits = digits[..end];
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                throw TarHeader.InvalidTar(offset, "a number is not octal");
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    /// <summary>A decimal number of an extended header.</summary>
    public static long ParseDecimal(ReadOnlySpan<byte> text, long offset) =>
        Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length
            ? value
            : throw TarHeader.InvalidTar(offset, "a number of an extended header is not decimal");
}
