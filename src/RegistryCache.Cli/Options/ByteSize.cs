using System.Globalization;

namespace RegistryCache.Cli.Options;

/// <summary>A size as people write it.</summary>
internal static class ByteSize
{
    /// <summary>Bytes, or a number followed by KiB, MiB or GiB; <see langword="null"/> for anything else.</summary>
    public static long? Parse(string text)
    {
        foreach (var (unit, factor) in (ReadOnlySpan<(string, long)>)[("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("", 1)])
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && uint.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number * factor;
        }

        return null;
    }
}
