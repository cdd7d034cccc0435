namespace RegistryCache.Core.FileSystem;

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
