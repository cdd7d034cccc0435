namespace RegistryCache.Core.Errors;

/// <summary>Finds <c>user:password@</c> in the text of a reference or parameter. Such a text is not valid, and the error must not repeat
/// the password. Rather too much is hidden than too little, because a password can have any character.</summary>
internal static class UserInfo
{
    private const string Hidden = "REDACTED";
    private const string Reference = "ref=";
    private const string Type = "type=";

    /// <summary>The text with user and password hidden.</summary>
    public static string Hide(string text) =>
        Find(text) is var (start, end) ? string.Concat(text.AsSpan(0, start), Hidden, text.AsSpan(end)) : text;

    /// <summary>Where a position of the text is in the text with user and password hidden; a hidden position becomes its start.</summary>
    public static int Move(string text, int position) =>
        Find(text) is not var (start, end) || position <= start ? position
        : position < end ? start
        : position - (end - start) + Hidden.Length;

    /// <summary>Where user and password are, without the <c>@</c>.</summary>
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

    /// <summary>The first field with a colon in its value. A path with an <c>@</c> has no colon.</summary>
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
