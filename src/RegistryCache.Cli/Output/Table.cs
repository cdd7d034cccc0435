namespace RegistryCache.Cli.Output;

/// <summary>Lines with aligned columns, as wide as the terminal at most: the longest names are shortened in the middle. The last column is
/// aligned to the left, the others to the right.</summary>
internal sealed class Table(params string[] header)
{
    private const int Gap = 2;
    private const int LeastName = 8;

    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(ErrorText.Clean)]);

    public void Write(Terminal terminal)
    {
        var widths = Widths(terminal.Width ?? int.MaxValue);
        foreach (var row in _rows)
        {
            var cells = widths.SkipLast(1).Select((width, column) => Right(Columns.Fit(row[column], width), width) + new string(' ', Gap));
            terminal.Line(string.Concat(cells) + Columns.Fit(row[^1], widths[^1]), ink: row == header ? Ink.Strong : Ink.Plain);
        }
    }

    private int[] Widths(int room)
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => Columns.Of(row[column])))];
        for (var rest = widths.Sum() + Gap * (widths.Length - 1) - room; rest > 0; rest--)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= LeastName)
                break;
            widths[widest]--;
        }

        return widths;
    }

    private static string Right(string cell, int width) => new string(' ', Math.Max(0, width - Columns.Of(cell))) + cell;
}
