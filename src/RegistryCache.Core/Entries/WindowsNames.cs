using System.Buffers;

namespace RegistryCache.Core.Entries;

/// <summary>Names with another meaning on Windows: a device, a stream of another file, another path.</summary>
internal static class WindowsNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. "\\:*?\"<>|", .. Enumerable.Range(1, 31).Select(code => (char)code)]);

    /// <summary>What is wrong with a name, or <see langword="null"/>.</summary>
    public static string? Problem(string name)
    {
        if (name.AsSpan().ContainsAny(Forbidden))
            return "contains a character that has another meaning on Windows";
        if (name[^1] is '.' or ' ')
            return "ends in a dot or a space, which Windows removes";
        var stem = name.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal))
                && stem[3] is (>= '0' and <= '9') or '\u00b9' or '\u00b2' or '\u00b3')
            ? "is the name of a device on Windows"
            : null;
    }
}
