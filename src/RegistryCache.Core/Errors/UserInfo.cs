namespace RegistryCache.Core.Errors;

/// <summary>Finds <c>user:password@</c> in what people write as a reference or a parameter text. No such text is valid, so it ends in an
/// error, and the error must not repeat it. The search would rather hide too much: a password may hold any character.</summary>
internal static class UserInfo
{
    private const string Hidden = "REDACTED";
    private const string Reference = "ref=";
    private const string Type = "type=";

    /// <summary>The text with user and password hidden.</summary>
    public static string Hide(string text) =>
        Find(text) is var (start, end) ? string.Concat(text.AsSpan(0, start), Hidden, text.AsSpan(end)) : text;

    /// <summary>The position in the hidden text of a position in the text; inside of what is hidden it is its start.</summary>
    public static int Move(string text, int position) =>
        Find(text) is not var (start, end) || position <= start ? position
        : position < end ? start
        : position - (end - start) + Hidden.Length;

    /// <summary>Where user and password stand, without the <c>@</c>.</summary>
    public static (int Start, int End)? Find(string text)
    {
        var at = text.LastIndexOf('@');
        while (at >= 0 && IsDigest(text.AsSpan(at + 1)))
            at = at == 0 ? -1 : text.LastIndexOf('@', at - 1);
        if (at < 0)
            return null;
        var before = text.AsSpan(0, at);
        var scheme = before.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            return (scheme + 3, at);
        var reference = before.IndexOf(Reference, StringComparison.OrdinalIgnoreCase);
        if (reference >= 0 && (reference == 0 || !char.IsAsciiLetter(before[reference - 1])))
            return (reference + Reference.Length, at);
        return before.Contains(Type, StringComparison.OrdinalIgnoreCase) ? InField(text, at) : (0, at);
    }

    /// <summary>The first field with a colon in its value: a path with an @ has none.</summary>
    private static (int Start, int End)? InField(string text, int at)
    {
        for (var start = 0; start < at;)
        {
            var comma = text.IndexOf(',', start);
            var end = comma < 0 || comma > at ? at : comma;
            var equals = text.IndexOf('=', start, end - start);
            var value = equals < 0 ? start : equals + 1;
            if (text.AsSpan(value, end - value).Contains(':'))
                return (value, at);
            start = end + 1;
        }

        return null;
    }

    private static bool IsDigest(ReadOnlySpan<char> text) =>
        text.Length > 6 && text[..7] is "sha256:" or "sha384:" or "sha512:";
}
