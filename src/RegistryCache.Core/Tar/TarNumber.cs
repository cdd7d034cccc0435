using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>Numbers in header fields: octal text, or base-256 when the top bit is set. Source: GNU tar manual.</summary>
internal static class TarNumber
{
    public static long Parse(ReadOnlySpan<byte> field, string what, bool endsAtNul = false)
    {
        if ((field[0] & 0x80) != 0)
            return ParseBinary(field, what);
        field = field.Trim(" \0"u8);
        if (endsAtNul && field.IndexOf((byte)0) is >= 0 and var end)
            field = field[..end];
        long value = 0;
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw LayerPaths.Invalid($"The {what} of an entry is not an octal number");
            value = (value << 3) | (long)(digit - '0');
        }

        return value;
    }

    public static long ParseDecimal(ReadOnlySpan<byte> text, string what)
    {
        // Without sign or space, so that no other reader can take the text for another number.
        if (text.IsEmpty || text.Length > 19 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value))
            throw LayerPaths.Invalid($"The {what} in a pax record is not a number of at most 63 bits");
        return value;
    }

    private static long ParseBinary(ReadOnlySpan<byte> field, string what)
    {
        // Two's complement; the first byte gives up its top bit as the mark.
        var negative = (field[0] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (var i = 0; i < field.Length; i++)
        {
            var b = i == 0 ? (negative ? field[0] : field[0] & 0x3f) : field[i];
            if (value is > (long.MaxValue >> 8) or < (long.MinValue >> 8))
                throw LayerPaths.Invalid($"The {what} of an entry does not fit 63 bits");
            value = (value << 8) | (long)b;
        }

        return value;
    }
}
