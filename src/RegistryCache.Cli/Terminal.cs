namespace RegistryCache.Cli;

/// <summary>Where a command writes: results to standard output, everything else to standard error.</summary>
internal sealed class Terminal(
    TextWriter output, TextWriter error, bool showsProgress, TimeProvider time, Stream? bytes = null, int? width = null)
{
    private readonly Lock _gate = new();
    private bool _lineIsOpen;

    /// <summary>Standard output for lines of text.</summary>
    public TextWriter Output { get; } = new CleanWriter(output);

    /// <summary>The columns of the terminal that shows standard output; <see langword="null"/> if it goes elsewhere.</summary>
    public int? Width => width;

    /// <summary>Standard output for content that is not text.</summary>
    public Stream Bytes => bytes ?? Console.OpenStandardOutput();

    public TimeProvider Time => time;

    public bool ShowsProgress => showsProgress;

    /// <summary>Writes a line to standard error.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            CloseLine();
            error.WriteLine(ErrorText.Clean(line));
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
            error.Write("\r\u001b[2K" + ErrorText.Clean(line));
            _lineIsOpen = true;
        }
    }

    /// <summary>Removes the progress line.</summary>
    public void EndProgress()
    {
        lock (_gate)
            CloseLine();
    }

    private void CloseLine()
    {
        if (_lineIsOpen)
            error.Write("\r\u001b[2K");
        _lineIsOpen = false;
    }
}
