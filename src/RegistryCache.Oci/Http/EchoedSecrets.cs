using System.Buffers;
using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>
/// Takes secrets out of a text, in whatever encoding they stand there: as they are, escaped for URLs, forms, JSON or HTML, in Base64,
/// Base64url or hexadecimal digits, and these inside each other. It decodes the text, and not the secret: how much else was encoded
/// together with the secret is then of no importance.
/// </summary>
internal static class EchoedSecrets
{
    /// <summary>A shorter secret occurs in ordinary words, and what is hidden between them would tell it: the whole text is withheld.</summary>
    public const int ShortSecret = 8;

    private const string Hidden = "REDACTED";
    private const string Withheld = "(withheld: the text repeats a secret of the request)";
    private const int MaxLevels = 4;
    private const int MaxNesting = 2;

    // Two characters of Base64 or two digits are one byte.
    private const int ShortestRun = 2;

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    public static string Remove(string text, IReadOnlyCollection<string> secrets)
    {
        var parts = new List<(int Start, int End)>();
        var sorted = secrets.Where(static secret => secret.Length > 0).Select(static secret => secret.Replace('+', ' ')).Distinct().ToList();
        return !Find(text, sorted, 0, parts) ? Replace(text, parts) : Withheld;
    }

    /// <summary>Collects where secrets stand.</summary>
    /// <returns>Whether a short one is among them.</returns>
    private static bool Find(string text, List<string> secrets, int nesting, List<(int Start, int End)> parts)
    {
        var view = DecodedText.Of(text);
        for (var level = 0; level < MaxLevels; level++)
        {
            // In a form a space is a plus sign, and Base64 has plus signs of its own.
            var spaced = view.Text.Replace('+', ' ');
            foreach (var secret in secrets)
            {
                for (var at = spaced.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = spaced.IndexOf(secret, at + 1, StringComparison.Ordinal))
                {
                    if (secret.Length < ShortSecret)
                        return true;
                    parts.Add(view.Origin(at, secret.Length));
                }
            }

            if (nesting < MaxNesting && (InRuns(view, Base64, FromBase64, 4, secrets, nesting, parts) || InRuns(view, Hex, FromHex, 2, secrets, nesting, parts)))
                return true;
            if (view.Decode() is not { } deeper)
                return false;
            view = deeper;
        }

        return false;
    }

    private static bool InRuns(
        DecodedText view, SearchValues<char> alphabet, Func<string, string?> decode, int unit, List<string> secrets, int nesting, List<(int Start, int End)> parts)
    {
        var text = view.Text.AsSpan();
        for (var start = 0; start < text.Length;)
        {
            var skip = text[start..].IndexOfAny(alphabet);
            if (skip < 0)
                return false;
            start += skip;
            var length = text[start..].IndexOfAnyExcept(alphabet);
            length = length < 0 ? text.Length - start : length;
            if (length >= ShortestRun)
            {
                // What stands directly before the secret's own run shifts it.
                for (var shift = 0; shift < unit && shift + ShortestRun <= length; shift++)
                {
                    var inner = new List<(int Start, int End)>();
                    if (decode(view.Text.Substring(start + shift, length - shift)) is { } decoded && Find(decoded, secrets, nesting + 1, inner))
                        return true;
                    if (inner.Count > 0)
                        parts.Add(view.Origin(start, length));
                }
            }

            start += length;
        }

        return false;
    }

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

    private static string Replace(string text, List<(int Start, int End)> parts)
    {
        if (parts.Count == 0)
            return text;
        var result = new StringBuilder();
        var position = 0;
        foreach (var (start, end) in parts.Order())
        {
            if (start >= position)
                result.Append(text, position, start - position).Append(Hidden);
            position = Math.Max(position, end);
        }

        return result.Append(text, position, text.Length - position).ToString();
    }
}
