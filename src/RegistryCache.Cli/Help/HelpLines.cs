using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Help;

/// <summary>Writes text in paragraphs and in two columns, as wide as the terminal.</summary>
internal sealed class HelpLines(Terminal terminal, int width)
{
    private bool _isFirst = true;

    public void Paragraph(string text)
    {
        Separate();
        foreach (var line in Wrap(text, width))
            terminal.Output.WriteLine(line);
    }

    /// <summary>A head, and below it each term with its text in a second column.</summary>
    public void Section(string head, IReadOnlyList<(string Term, string Text)> rows, int column)
    {
        Separate();
        terminal.Line($"{head}:", ink: Ink.Strong);
        foreach (var (term, text) in rows)
        {
            var start = $"  {term}";
            if (start.Length >= column)
            {
                terminal.Output.WriteLine(start);
                start = "";
            }

            foreach (var line in Wrap(text, width - column))
            {
                terminal.Output.WriteLine(start.PadRight(column) + line);
                start = "";
            }
        }
    }

    private void Separate()
    {
        if (!_isFirst)
            terminal.Output.WriteLine();
        _isFirst = false;
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width && text.LastIndexOf(' ', Math.Max(width, 1)) is > 0 and var space)
        {
            yield return text[..space];
            text = text[(space + 1)..];
        }

        yield return text;
    }
}
