using System.Globalization;
using System.Text;

namespace RegistryCache.Core.Pictures;

/// <summary>Texts in pictures. Digests, selectors and media types come from caches that may be hostile: every text is cleaned and
/// shortened here, and escaped for the format that it is written in.</summary>
internal static class PictureText
{
    // A digest has 71 characters; a box has room for about 22.
    private const int MostOfText = 200;
    private const int MostOfLabel = 22;

    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    public static string Quote(string text) => ErrorText.Quote(text, MostOfLabel);

    /// <summary>A text for details and search, where a whole digest is needed.</summary>
    public static string Whole(string text) => ErrorText.Quote(text, MostOfText);

    public static string Short(string digest) => Digest.TryParse(digest, out var parsed) ? parsed.Hex[..12] : Quote(digest);

    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || value >= 100 ? $"{value:0}" : $"{value:0.0}")} {Units[unit]}");
    }

    public static string Count(int count, string noun) => Count(count, noun + "s", noun);

    public static string Count(int count, string nouns, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {(count == 1 ? noun : nouns)}");

    /// <summary>Date, hour and minute in UTC.</summary>
    public static string Time(CacheTime time) =>
        time.ToDateTimeOffset()?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? time.ToString();

    /// <summary>For text and attributes of HTML and XML.</summary>
    public static string Xml(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in ErrorText.Clean(text))
        {
            _ = c switch
            {
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '&' => result.Append("&amp;"),
                '"' => result.Append("&quot;"),
                '\'' => result.Append("&#39;"),

                // XML 1.0 has no way to write these two.
                '\ufffe' or '\uffff' => result.Append('\ufffd'),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    /// <summary>For a quoted string of DOT, in which Graphviz also reads entities of HTML. Source: graphviz.org, "The DOT Language" and
    /// "escString".</summary>
    public static string Dot(string text) => ErrorText.Clean(text).Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>For a quoted text of Mermaid, where a character can be written as its number and markup can't be switched off. Source:
    /// mermaid.js.org, "Flowcharts", entity codes.</summary>
    public static string Mermaid(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in ErrorText.Clean(text).EnumerateRunes())
        {
            if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or ':' or '-' or '+') || rune.Value == '·')
                result.Append(rune);
            else
                result.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
        }

        return result.ToString();
    }
}
