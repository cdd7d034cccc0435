using System.Globalization;
using System.Text;

namespace RegistryCache.Cli.Output;

/// <summary>Makes text fit the columns of a terminal. What a terminal wraps by itself is cut within words and loses its place in a
/// tree.</summary>
internal static class Columns
{
    /// <summary>How many columns a text can take. A terminal may show a character outside ASCII in two.</summary>
    public static int Of(string text) => Elements(text).Sum(Width);

    /// <summary>A name with its middle left out if it is too long, because the ends of tags, keys and digests tell them apart.</summary>
    public static string Fit(string name, int room)
    {
        List<string> elements = [.. Elements(name)];
        if (elements.Sum(Width) <= room)
            return name;
        var half = (room - 2) / 2;
        var end = Start(elements.AsEnumerable().Reverse(), half).Reverse();
        return string.Concat(Start(elements, room - 2 - half)) + "…" + string.Concat(end);
    }

    /// <summary>A text as lines that are broken at spaces: between parts that two spaces separate, as long as each fits a line. A word that
    /// is longer than a line loses its middle.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">What each line but the first starts with.</param>
    /// <param name="width">The columns of a line.</param>
    public static IEnumerable<string> Fold(string text, string indent, int width)
    {
        if (Of(text) <= width)
        {
            yield return text;
            yield break;
        }

        var line = new StringBuilder();
        var used = 0;
        var isStart = true;
        for (var at = 0; at < text.Length;)
        {
            var word = at;
            while (word < text.Length && text[word] == ' ')
                word++;
            var end = text.IndexOf(' ', word);
            end = end < 0 ? text.Length : end;
            var gap = word - at;
            var part = gap > 1 && text.IndexOf("  ", word, StringComparison.Ordinal) is > 0 and var last ? Of(text[word..last])
                : gap > 1 ? Of(text[word..]) : 0;
            var needed = part > 0 && part <= width - Of(indent) ? part : Of(text[word..end]);
            if (!isStart && used + gap + needed > width)
            {
                yield return line.ToString();
                line.Clear().Append(indent);
                (used, gap) = (Of(indent), 0);
            }

            var fitted = Fit(text[word..end], Math.Max(width - used - gap, 1));
            line.Append(' ', gap).Append(fitted);
            used += gap + Of(fitted);
            (at, isStart) = (end, false);
        }

        yield return line.ToString();
    }

    private static IEnumerable<string> Start(IEnumerable<string> elements, int room) =>
        elements.TakeWhile(element => (room -= Width(element)) >= 0);

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
            yield return elements.GetTextElement();
    }

    private static int Width(string element) => element.Length == 1 && char.IsAscii(element[0]) ? 1 : 2;
}
