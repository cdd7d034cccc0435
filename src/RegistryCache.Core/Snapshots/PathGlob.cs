namespace RegistryCache.Core.Snapshots;

/// <summary>
/// One pattern for paths, see <see cref="SnapshotOptions.Include"/> for its grammar. Matching takes time proportional to pattern
/// times path, whatever the pattern.
/// </summary>
internal sealed class PathGlob
{
    private readonly string[] _parts;
    private readonly bool _directoryOnly;

    private PathGlob(string[] parts, bool directoryOnly)
    {
        _parts = parts;
        _directoryOnly = directoryOnly;
    }

    public static PathGlob Parse(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var directoryOnly = pattern.EndsWith('/');
        var anchored = pattern.TrimEnd('/').Contains('/');
        var parts = pattern.Split('/').Where(part => part is not ("" or ".")).ToList();
        if (parts.Count == 0 || parts.Contains(".."))
            throw new ArgumentException($"'{pattern}' is no pattern for a path inside a folder.", nameof(pattern));
        if (!anchored)
            parts.Insert(0, "**");
        return new PathGlob([.. parts], directoryOnly);
    }

    /// <summary>Whether the pattern stands for this path itself.</summary>
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

/// <summary>One character of a pattern: a literal, <c>?</c>, <c>*</c> or a class.</summary>
internal readonly record struct GlobToken(bool IsStar, bool Negated, string? Ranges)
{
    public bool Accepts(char c)
    {
        if (Ranges is null)
            return true;
        for (var i = 0; i < Ranges.Length; i += 2)
        {
            if (c >= Ranges[i] && c <= Ranges[i + 1])
                return !Negated;
        }

        return Negated;
    }

    public static List<GlobToken> Parse(string pattern)
    {
        var tokens = new List<GlobToken>(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var close = pattern[i] == '[' ? ClosingBracket(pattern, i) : -1;
            if (pattern[i] == '*')
            {
                tokens.Add(new GlobToken(true, false, null));
            }
            else if (pattern[i] == '?')
            {
                tokens.Add(new GlobToken(false, false, null));
            }
            else if (close > 0)
            {
                tokens.Add(Class(pattern.AsSpan(i + 1, close - i - 1)));
                i = close;
            }
            else
            {
                if (pattern[i] == '\\' && i + 1 < pattern.Length)
                    i++;
                tokens.Add(new GlobToken(false, false, new string(pattern[i], 2)));
            }
        }

        return tokens;
    }

    // A bracket right after the opening one, or after the negation, is a member; without an end the bracket is a literal.
    private static int ClosingBracket(string pattern, int open)
    {
        var start = open + 1;
        if (start < pattern.Length && pattern[start] is '!' or '^')
            start++;
        return start + 1 < pattern.Length ? pattern.IndexOf(']', start + 1) : -1;
    }

    private static GlobToken Class(ReadOnlySpan<char> members)
    {
        var negated = members[0] is '!' or '^';
        if (negated)
            members = members[1..];
        var ranges = new System.Text.StringBuilder();
        for (var i = 0; i < members.Length; i++)
        {
            var isRange = i + 2 < members.Length && members[i + 1] == '-';
            ranges.Append(members[i]).Append(members[isRange ? i + 2 : i]);
            i += isRange ? 2 : 0;
        }

        return new GlobToken(false, negated, ranges.ToString());
    }
}

/// <summary>Matches a row of items against a pattern in which some elements stand for any number of items.</summary>
internal static class Wildcard
{
    public static bool Matches(int patternLength, int itemCount, Func<int, bool> isStar, Func<int, int, bool> accepts)
    {
        var (pattern, item) = (0, 0);
        var (star, starItem) = (-1, 0);
        while (item < itemCount)
        {
            if (pattern < patternLength && isStar(pattern))
                (star, starItem, pattern) = (pattern, item, pattern + 1);
            else if (pattern < patternLength && accepts(pattern, item))
                (pattern, item) = (pattern + 1, item + 1);
            else if (star >= 0)
                (pattern, item) = (star + 1, ++starItem);
            else
                return false;
        }

        while (pattern < patternLength && isStar(pattern))
            pattern++;
        return pattern == patternLength;
    }
}
