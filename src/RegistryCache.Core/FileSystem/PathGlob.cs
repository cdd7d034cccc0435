namespace RegistryCache.Core.FileSystem;

/// <summary>One pattern for paths, see <see cref="SnapshotOptions.Include"/> for its grammar. Matching takes time proportional to pattern
/// times path, whatever the pattern.</summary>
internal sealed class PathGlob(string[] parts, bool directoryOnly)
{
    private readonly string[] _parts = parts;
    private readonly bool _directoryOnly = directoryOnly;

    public static PathGlob Parse(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var directoryOnly = pattern.EndsWith('/');
        var anchored = pattern.TrimEnd('/').Contains('/');
        var parts = pattern.Split('/').Where(part => part is not ("" or ".")).ToList();
        if (parts.Count == 0 || parts.Contains(".."))
            throw new ArgumentException($"'{pattern}' is not a pattern for a path inside a folder.", nameof(pattern));
        if (!anchored)
            parts.Insert(0, "**");
        return new PathGlob([.. parts], directoryOnly);
    }

    /// <summary>Whether the pattern matches this path itself.</summary>
    public bool Matches(string path, bool isDirectory)
    {
        if (_directoryOnly && !isDirectory)
            return false;
        var names = path.Split('/');
        return Wildcard.Matches(_parts.Length, names.Length, i => _parts[i] == "**", (p, n) => MatchesName(_parts[p], names[n]));
    }

    private static bool MatchesName(string pattern, string name)
    {
        var tokens = GlobToken.Parse(pattern);
        return Wildcard.Matches(tokens.Count, name.Length, i => tokens[i].IsStar, (p, n) => tokens[p].Accepts(name[n]));
    }
}
