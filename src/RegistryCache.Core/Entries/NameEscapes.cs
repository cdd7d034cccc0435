namespace RegistryCache.Core.Entries;

/// <summary>Names that start with <c>.wh.</c> mean deletions in a layer. A file with such a name is written with a <c>%</c> before it, and
/// a pax record says so: other tools see <c>%.wh.x</c>, this library restores the name. See docs/adr/0054.</summary>
internal static class NameEscapes
{
    /// <summary>The pax record of an entry whose path, and whose hard link target, are escaped.</summary>
    public const string Record = "REGISTRYCACHE.names";

    public static readonly byte[] RecordValue = "escaped"u8.ToArray();

    private const char Mark = '%';

    public static bool IsNeeded(LayerEntry entry) =>
        !entry.IsMark && (IsNeeded(entry.Path) || (entry.Kind == LayerEntryKind.HardLink && IsNeeded(entry.LinkTarget)));

    public static LayerEntry Escape(LayerEntry entry) => entry with { Path = Escape(entry.Path), LinkTarget = LinkTarget(entry, Escape) };

    public static LayerEntry Unescape(LayerEntry entry) =>
        entry with { Path = Unescape(entry.Path), LinkTarget = LinkTarget(entry, Unescape) };

    private static bool IsNeeded(string path) =>
        path.StartsWith(LayerPaths.WhiteoutPrefix, StringComparison.Ordinal)
            || path.Contains("/" + LayerPaths.WhiteoutPrefix, StringComparison.Ordinal);

    private static string LinkTarget(LayerEntry entry, Func<string, string> change) =>
        entry.Kind == LayerEntryKind.HardLink ? change(entry.LinkTarget) : entry.LinkTarget;

    // A name that starts with such marks already gets one more, so that two names never become the same.
    private static string Escape(string path) =>
        string.Join('/', path.Split('/').Select(part => IsWhiteout(part.TrimStart(Mark)) ? Mark + part : part));

    private static string Unescape(string path) => string.Join('/', path.Split('/').Select(
        part => part.StartsWith(Mark) && IsWhiteout(part.TrimStart(Mark)) ? part[1..] : part));

    private static bool IsWhiteout(string part) => part.StartsWith(LayerPaths.WhiteoutPrefix, StringComparison.Ordinal);
}
