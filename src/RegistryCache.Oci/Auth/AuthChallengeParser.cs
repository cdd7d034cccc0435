using System.Collections.Immutable;
using System.Text;

namespace RegistryCache.Oci.Auth;

/// <summary>Reads every challenge of every header line, also several on one line. It is lenient because servers are, takes time linear in
/// the length of the input, and never throws: it ignores the rest of a line after the first part that it cannot read.</summary>
internal static class AuthChallengeParser
{
    private const int MaxLineLength = 8192;

    public static IReadOnlyList<AuthChallenge> Parse(IEnumerable<string> lines)
    {
        var result = new List<AuthChallenge>();
        foreach (var line in lines.Take(16))
        {
            if (line.Length <= MaxLineLength)
                ParseLine(line, result);
        }

        return result;
    }

    private static void ParseLine(string line, List<AuthChallenge> result)
    {
        string? scheme = null;
        var parameters = NoParameters();
        var position = 0;
        while (true)
        {
            SkipSeparators(line, ref position);
            var token = ReadToken(line, ref position);
            if (token.Length == 0)
                break;
            var afterToken = position;
            SkipSpace(line, ref position);
            if (scheme is not null && position < line.Length && line[position] == '=')
            {
                position++;
                SkipSpace(line, ref position);
                if (!TryReadValue(line, ref position, out var value))
                    break;
                parameters.TryAdd(token, value);
                continue;
            }

            // A word without '=' starts the next challenge.
            Flush(scheme, parameters, result);
            scheme = token;
            parameters = NoParameters();
            if (position == afterToken && position < line.Length && line[position] != ',')
                break;
        }

        Flush(scheme, parameters, result);
    }

    private static ImmutableDictionary<string, string>.Builder NoParameters() =>
        ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);

    private static void Flush(string? scheme, ImmutableDictionary<string, string>.Builder parameters, List<AuthChallenge> result)
    {
        if (scheme is not null)
            result.Add(new AuthChallenge(scheme, parameters.ToImmutable()));
    }

    private static bool TryReadValue(string line, ref int position, out string value)
    {
        value = "";
        if (position >= line.Length || line[position] != '"')
        {
            var start = position;
            while (position < line.Length && line[position] is (not (',' or ' ' or '\t')))
                position++;
            value = line[start..position];
            return true;
        }

        var text = new StringBuilder();
        for (position++; position < line.Length; position++)
        {
            var c = line[position];
            if (c == '"')
            {
                position++;
                value = text.ToString();
                return true;
            }

            if (c == '\\' && position + 1 < line.Length)
                c = line[++position];
            text.Append(c);
        }

        return false;
    }

    private static string ReadToken(string line, ref int position)
    {
        var start = position;
        while (position < line.Length
            && (char.IsAsciiLetterOrDigit(line[position]) || "!#$%&'*+-.^_`|~".Contains(line[position], StringComparison.Ordinal)))
            position++;
        return line[start..position];
    }

    private static void SkipSpace(string line, ref int position)
    {
        while (position < line.Length && line[position] is (' ' or '\t'))
            position++;
    }

    private static void SkipSeparators(string line, ref int position)
    {
        while (position < line.Length && line[position] is (' ' or '\t' or ','))
            position++;
    }
}
