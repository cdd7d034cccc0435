using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli;

/// <summary>Where a command writes: results to standard output, everything else to standard error. All text is cleaned here; colours are
/// added after that.</summary>
internal sealed class Terminal(
    TextWriter output, TextWriter error, bool showsProgress, TimeProvider time, Stream? bytes = null, int? width = null)
{
    private static readonly (string Mark, Ink Ink)[] Marks =
    [
        ("error", Ink.Red), ("ignored error", Ink.Red), ("warning:", Ink.Yellow), ("note:", Ink.Cyan), ("info:", Ink.Dim),
        ("debug:", Ink.Dim),
    ];

    private const int ContinuationIndent = 4;
    private const int LeastName = 8;

    private readonly Lock _gate = new();
    private bool _lineIsOpen;

    /// <summary>Standard output for lines of text.</summary>
    public TextWriter Output { get; } = new CleanWriter(output);

    /// <summary>The columns of the terminal that shows standard output; <see langword="null"/> if it goes elsewhere.</summary>
    public int? Width => width;

    /// <summary>The columns of the terminal that shows standard error.</summary>
    public int? ErrorWidth { get; init; }

    /// <summary>Whether standard output has colours.</summary>
    public bool ColorsOutput { get; init; }

    /// <summary>Whether standard error has colours.</summary>
    public bool ColorsError { get; init; }

    /// <summary>Whether notes are left out, and reports of what was done.</summary>
    public bool IsQuiet { get; private init; }

    /// <summary>Standard output for content that is not text.</summary>
    public Stream Bytes => bytes ?? Console.OpenStandardOutput();

    public TimeProvider Time => time;

    public bool ShowsProgress => showsProgress;

    /// <summary>The same terminal, with what the options of a command say.</summary>
    public Terminal With(ColorChoice color, bool isQuiet) => new(output, error, showsProgress && !isQuiet, time, bytes, width)
    {
        ErrorWidth = ErrorWidth,
        ColorsOutput = color == ColorChoice.Always || (color == ColorChoice.Auto && ColorsOutput),
        ColorsError = color == ColorChoice.Always || (color == ColorChoice.Auto && ColorsError),
        IsQuiet = isQuiet,
    };

    /// <summary>Writes a text for people to standard output. If it is wider than the terminal, it becomes several lines.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">What each line but the first starts with; <see langword="null"/> for a deeper indent than the text has.</param>
    /// <param name="ink">How it looks.</param>
    public void Line(string text = "", string? indent = null, Ink ink = Ink.Plain)
    {
        var clean = ErrorText.Clean(text);
        indent ??= new string(' ', clean.Length - clean.TrimStart(' ').Length + ContinuationIndent);
        foreach (var line in width is { } columns ? Columns.Fold(clean, indent, columns) : [clean])
            output.WriteLine(Paint(line, ink, ColorsOutput));
    }

    /// <summary>Writes a text and, on the same line, a name that loses its middle if there is too little room.</summary>
    public void NamedLine(string text, string name) =>
        Line(text + (width is { } columns ? Columns.Fit(ErrorText.Clean(name), Math.Max(LeastName, columns - Columns.Of(text))) : name));

    /// <summary>Writes a text to standard output that says what was done.</summary>
    public void Report(string text)
    {
        if (!IsQuiet)
            Line(text);
    }

    /// <summary>Writes a line to standard error.</summary>
    /// <param name="line">The line. The word that starts it, such as <c>warning:</c>, gets its colour.</param>
    /// <param name="about">What the line is about; <see langword="null"/> for nothing that must be named.</param>
    public void Note(string line, string? about = null)
    {
        var (mark, ink) = Array.Find(Marks, m => line.StartsWith(m.Mark, StringComparison.Ordinal));
        if (IsQuiet && ink == Ink.Cyan)
            return;
        var prefix = about is null ? "" : about + ": ";
        lock (_gate)
        {
            output.Flush();
            CloseLine();
            error.WriteLine(ErrorText.Clean(prefix) + Paint(mark ?? "", ink, ColorsError) + ErrorText.Clean(line[(mark?.Length ?? 0)..]));
            error.Flush();
        }
    }

    /// <summary>Writes several indented lines to standard error, so that none of them looks like a message of the tool.</summary>
    public void Details(string lines)
    {
        foreach (var line in lines.Split('\n'))
            Note("  " + line.TrimEnd('\r'));
    }

    /// <summary>Replaces the progress line. Does nothing if standard error is not a terminal.</summary>
    public void Progress(string line)
    {
        if (!showsProgress)
            return;
        lock (_gate)
        {
            // A line that is too long would wrap, and could not be replaced.
            var text = ErrorText.Clean(line);
            error.Write("\r\u001b[2K" + (ErrorWidth is { } columns && text.Length >= columns ? text[..Math.Max(columns - 1, 0)] : text));
            error.Flush();
            _lineIsOpen = true;
        }
    }

    /// <summary>Removes the progress line.</summary>
    public void EndProgress()
    {
        lock (_gate)
            CloseLine();
    }

    private static string Paint(string text, Ink ink, bool isColored) =>
        isColored && ink != Ink.Plain && text.Length > 0 ? $"\u001b[{(int)ink}m{text}\u001b[0m" : text;

    private void CloseLine()
    {
        if (!_lineIsOpen)
            return;
        error.Write("\r\u001b[2K");
        error.Flush();
        _lineIsOpen = false;
    }
}
