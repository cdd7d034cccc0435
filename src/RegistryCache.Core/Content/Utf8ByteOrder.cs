namespace RegistryCache.Core.Content;

/// <summary>Orders strings by their UTF-8 bytes, as Go does. <see cref="StringComparer.Ordinal"/> compares UTF-16 units instead, which
/// differs for a surrogate pair and U+E000 to U+FFFF.</summary>
internal sealed class Utf8ByteOrder : IComparer<string>
{
    private Utf8ByteOrder()
    {
    }

    public static Utf8ByteOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return x is null ? (y is null ? 0 : -1) : 1;
        var common = Math.Min(x.Length, y.Length);
        var i = x.AsSpan(0, common).CommonPrefixLength(y.AsSpan(0, common));
        if (i == common)
            return x.Length.CompareTo(y.Length);

        // In UTF-8, surrogate pairs sort after U+E000 to U+FFFF.
        static int Weight(char c) => char.IsSurrogate(c) ? c + 0x2000 : c >= 0xe000 ? c - 0x800 : c;
        return Weight(x[i]) - Weight(y[i]);
    }
}
