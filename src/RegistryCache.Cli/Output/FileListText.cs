namespace RegistryCache.Cli.Output;

/// <summary>Prints the files of a result for people: one line for each, and a line with the totals.</summary>
internal static class FileListText
{
    public static void Write(IReadOnlyList<LayerEntry> files, Terminal terminal)
    {
        var table = new Table("MODE", "SIZE", "PATH");
        foreach (var entry in files)
            table.Add(Mode(entry), entry.Kind == LayerEntryKind.File ? Text.Size(entry.Size) : "", Path(entry));
        if (files.Count > 0)
            table.Write(terminal);
        terminal.Line($"{Text.Count(files.Count(e => e.Kind == LayerEntryKind.File), "file")}, "
            + $"{Text.Count(files.Count, "entry", "entries")}, {Text.Size(files.Sum(e => e.Size))}");
    }

    private static string Path(LayerEntry entry) => "/" + entry.Path + entry.Kind switch
    {
        LayerEntryKind.Directory => "/",
        LayerEntryKind.SymbolicLink => $" -> {entry.LinkTarget}",
        LayerEntryKind.HardLink => $" = /{entry.LinkTarget}",
        _ => "",
    };

    private static string Mode(LayerEntry entry)
    {
        const string Bits = "rwxrwxrwx";
        var mode = (int)entry.Mode;
        return KindOf(entry) + string.Concat(Bits.Select((c, i) => (mode & (1 << (8 - i))) == 0 ? '-' : c));
    }

    private static char KindOf(LayerEntry entry) => entry.Kind switch
    {
        LayerEntryKind.Directory => 'd',
        LayerEntryKind.SymbolicLink => 'l',
        LayerEntryKind.HardLink => 'h',
        LayerEntryKind.CharacterDevice => 'c',
        LayerEntryKind.BlockDevice => 'b',
        LayerEntryKind.Fifo => 'p',
        _ => '-',
    };
}
