using System.Buffers;
using System.Globalization;
using System.Text;
using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>The one cleaner for foreign text in messages, logs and on terminals: names, media types and answers come from caches and
/// servers that may be hostile. What could rewrite a terminal, forge a line, or change or hide what is read becomes U+FFFD.</summary>
public static class ErrorText
{
    private const int DefaultLength = 120;
    private const int SentenceLength = 1000;
    private const char Replacement = '\ufffd';

    // Invisible, but letters or marks by their category. Source: Unicode, Default_Ignorable_Code_Point, and the blank pattern of Braille.
    private static readonly (int First, int Last)[] Invisible =
        [
            (0x34f, 0x34f), (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f), (0x2800, 0x2800), (0x3164, 0x3164),
            (0xfe00, 0xfe0f), (0xffa0, 0xffa0), (0xe0000, 0xe0fff),
        ];

    /// <summary>Foreign text for a place in a message: cleaned and short.</summary>
    /// <param name="text">The text; <see langword="null"/> gives an empty text.</param>
    public static string Quote(string? text) => Quote(text, DefaultLength);

    /// <summary>Foreign text for a place in a message: cleaned, and cut off with <c>…</c>.</summary>
    /// <param name="text">The text; <see langword="null"/> gives an empty text.</param>
    /// <param name="maxLength">The most characters before the <c>…</c>, 1 or more.</param>
    public static string Quote(string? text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        if (string.IsNullOrEmpty(text))
            return "";
        if (text.Length <= maxLength)
            return Clean(text);

        // Half a surrogate pair at the end would be one more bad character.
        var length = char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength;
        return Clean(text[..length]) + "…";
    }

    /// <summary>The text of an error of a system or a library, as one sentence of a longer message: cleaned, with a full stop.</summary>
    /// <param name="text">The text; <see langword="null"/> gives an empty text.</param>
    public static string Sentence(string? text)
    {
        var said = Quote(text?.Trim(), SentenceLength);
        return said.Length == 0 || said[^1] is '.' or '!' or '?' or '…' ? said : said + ".";
    }

    /// <summary>Foreign text as one line, whole: every character that <see cref="IsClean"/> refuses is replaced.</summary>
    /// <param name="text">The text; <see langword="null"/> gives an empty text.</param>
    public static string Clean(string? text) => Rewrite(text, static (result, _) => result.Append(Replacement));

    /// <summary>A reference, host or parameter text that was refused, for a place in a message: like <see cref="Quote(string?)"/>, with
    /// everything before the <c>@</c> of <c>user:password@host</c> hidden.</summary>
    /// <param name="text">The text; <see langword="null"/> gives an empty text.</param>
    public static string QuoteReference(string? text) => Quote(UserInfo.Hide(text ?? ""));

    /// <summary>A JSON text with a <c>\u</c> escape for each character that <see cref="IsClean"/> refuses, except line ends.</summary>
    /// <param name="json">Valid JSON, so such characters are only in its strings.</param>
    public static string EscapeJson(string? json) => Rewrite(
        json,
        static (result, bad) =>
        {
            if (bad is "\n" or "\r")
                result.Append(bad);
            else
            {
                foreach (var c in bad)
                    result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        });

    /// <summary>Whether a character can be shown: not a control (Cc), not a format character such as those of direction and zero width
    /// (Cf), not a line or paragraph separator, not otherwise invisible. A lone surrogate is always replaced.</summary>
    /// <param name="rune">The character.</param>
    public static bool IsClean(Rune rune)
    {
        if (rune.Value is >= 0x20 and < 0x7f)
            return true;
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            && !Array.Exists(Invisible, range => rune.Value >= range.First && rune.Value <= range.Last);
    }

    private static string Rewrite(string? text, Action<StringBuilder, string> replace)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder? result = null;
        for (var i = 0; i < text.Length;)
        {
            var status = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            if (status == OperationStatus.Done && IsClean(rune))
                result?.Append(text, i, length);
            else
                replace(result ??= new StringBuilder(text, 0, i, text.Length + 16), text.Substring(i, length));
            i += length;
        }

        return result?.ToString() ?? text;
    }
}
