using System.Globalization;

namespace RegistryCache.Cli.Output;

/// <summary>Lines with aligned columns. The last column is a name, which is shortened in the middle if the line is wider than the
/// terminal, because the ends of tags and keys tell them apart. The others are aligned to the right.</summary>
internal sealed class Table(params string[] header)
{
    private const int Gap = 2;
    private const int LeastName = 8;

    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(Terminal terminal)
    {
        var last = header.Length - 1;
        int[] widths = [.. Enumerable.Range(0, last).Select(column => _rows.Max(row => row[column].Length))];
        var room = terminal.Width is { } width ? Math.Max(LeastName, width - widths.Sum() - Gap * last) : int.MaxValue;
        foreach (var row in _rows)
        {
            var cells = widths.Select((w, column) => row[column].PadLeft(w) + new string(' ', Gap));
            terminal.WriteLine(string.Concat(cells) + Fit(ErrorText.Clean(row[last]), room), row == header ? Ink.Strong : Ink.Plain);
        }
    }

    private static string Fit(string name, int room)
    {
        List<string> elements = [.. Elements(name)];
        if (elements.Sum(Width) <= room)
            return name;
        var half = (room - 2) / 2;
        var end = Start(elements.AsEnumerable().Reverse(), half).Reverse();
        return string.Concat(Start(elements, room - 2 - half)) + "…" + string.Concat(end);
    }

    private static IEnumerable<string> Start(IEnumerable<string> elements, int room) =>
        elements.TakeWhile(element => (room -= Width(element)) >= 0);

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
            yield return elements.GetTextElement();
    }

    // A terminal may show a character outside ASCII in two columns.
    private static int Width(string element) => element.Length == 1 && char.IsAscii(element[0]) ? 1 : 2;
}
