using System.Buffers;
using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>Removes secrets, and parts of them, from a text in any encoding: plain, escaped for URLs, forms, JSON or HTML, in Base64,
/// Base64url or hexadecimal, split over lines, and nested. It decodes the text and does not encode the secret, so it does not matter what
/// else was encoded together with the secret.</summary>
internal static class EchoedSecrets
{
    /// <summary>A shorter secret also occurs in other words, and hiding it there would reveal it. The whole text is withheld.</summary>
    public const int ShortSecret = 8;

    private const string Hidden = "REDACTED";
    private const string Withheld = "(withheld: the text repeats a secret of the request)";
    private const int MaxLevels = 4;
    private const int MaxNesting = 2;

    // Two characters of Base64 or two digits are one byte.
    private const int ShortestRun = 2;

    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n");
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    public static string Remove(string text, SecretSet secrets)
    {
        var found = new List<(int Start, int End)>();
        return !Find(text, secrets, 0, found) ? Replace(text, found) : Withheld;
    }

    /// <summary>Collects the positions of secrets and of parts of them.</summary>
    /// <returns>Whether a short one is among them.</returns>
    private static bool Find(string text, SecretSet secrets, int nesting, List<(int Start, int End)> found)
    {
        var view = DecodedText.Of(text);
        for (var level = 0; level < MaxLevels; level++)
        {
            var spaced = SecretSet.Spaced(view.Text);
            foreach (var secret in secrets.Wholes)
            {
                for (var at = spaced.IndexOf(secret, StringComparison.Ordinal);
                    at >= 0;
                    at = spaced.IndexOf(secret, at + 1, StringComparison.Ordinal))
                {
                    if (secret.Length < ShortSecret)
                        return true;
                    found.Add(view.Origin(at, secret.Length));
                }
            }

            FindParts(view, spaced, secrets, found);
            if (nesting < MaxNesting && (InRuns(view, Base64, FromBase64, 4, secrets, nesting, found)
                || InRuns(view, Hex, FromHex, 2, secrets, nesting, found)))
                return true;
            if (view.Decode() is not { } deeper)
                return false;
            view = deeper;
        }

        return false;
    }

    private static void FindParts(DecodedText view, string spaced, SecretSet secrets, List<(int Start, int End)> found)
    {
        for (var at = 0; at + SecretSet.PartLength <= spaced.Length; at++)
        {
            if (!secrets.HasPart(spaced.AsSpan(at)))
                continue;
            var start = at;
            while (at + 1 + SecretSet.PartLength <= spaced.Length && secrets.HasPart(spaced.AsSpan(at + 1)))
                at++;
            found.Add(view.Origin(start, at - start + SecretSet.PartLength));
        }
    }

    private static bool InRuns(
        DecodedText view, SearchValues<char> alphabet, Func<string, string?> decode, int unit, SecretSet secrets, int nesting,
        List<(int Start, int End)> found)
    {
        var text = view.Text.AsSpan();
        for (var start = 0; start < text.Length;)
        {
            var skip = text[start..].IndexOfAny(alphabet);
            if (skip < 0)
                return false;
            start += skip;
            var run = Run(text[start..], alphabet, out var length);

            // Characters directly before the secret's own run shift it.
            for (var shift = 0; shift < unit && shift + ShortestRun <= run.Length; shift++)
            {
                var inner = new List<(int Start, int End)>();
                if (decode(run[shift..]) is { } decoded && Find(decoded, secrets, nesting + 1, inner))
                    return true;
                if (inner.Count > 0)
                    found.Add(view.Origin(start, length));
            }

            start += length;
        }

        return false;
    }

    /// <summary>The run at the start of a text. It continues over line ends and the blanks around them, which are left out of the text but
    /// counted in the length.</summary>
    private static string Run(ReadOnlySpan<char> text, SearchValues<char> alphabet, out int length)
    {
        var line = Until(text, text.IndexOfAnyExcept(alphabet));
        length = line;
        StringBuilder? joined = null;
        while (true)
        {
            var rest = text[length..];
            var gap = Until(rest, rest.IndexOfAnyExcept(Blanks));
            if (!rest[..gap].ContainsAny('\r', '\n') || (line = Until(rest[gap..], rest[gap..].IndexOfAnyExcept(alphabet))) == 0)
                return joined?.ToString() ?? text[..length].ToString();
            joined ??= new StringBuilder().Append(text[..length]);
            joined.Append(rest.Slice(gap, line));
            length += gap + line;
        }
    }

    private static int Until(ReadOnlySpan<char> text, int index) => index < 0 ? text.Length : index;

    private static string? FromBase64(string run)
    {
        var whole = run.Replace('-', '+').Replace('_', '/');
        whole = whole.Length % 4 == 1 ? whole[..^1] : whole.PadRight((whole.Length + 3) / 4 * 4, '=');
        var bytes = new byte[whole.Length / 4 * 3];
        return Convert.TryFromBase64String(whole, bytes, out var length) ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : null;
    }

    private static string? FromHex(string run)
    {
        var even = run.Length / 2 * 2;
        return even == 0 ? null : Encoding.UTF8.GetString(Convert.FromHexString(run.AsSpan(0, even)));
    }

    private static string Replace(string text, List<(int Start, int End)> found)
    {
        if (found.Count == 0)
            return text;
        var result = new StringBuilder();
        var position = 0;
        foreach (var (start, end) in found.Order())
        {
            if (start >= position)
                result.Append(text, position, start - position).Append(Hidden);
            position = Math.Max(position, end);
        }

        return result.Append(text, position, text.Length - position).ToString();
    }
}
