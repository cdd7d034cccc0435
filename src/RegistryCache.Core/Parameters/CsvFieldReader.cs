using System.Text;

namespace RegistryCache.Core.Parameters;

/// <summary>Reads one line of comma-separated fields. A quote opens a field only at its start, <c>""</c> inside is one quote, and only one
/// line end is trimmed. Source: BuildKit vendor/github.com/tonistiigi/go-csvvalue.</summary>
internal static class CsvFieldReader
{
    public static List<CsvField> Read(string text)
    {
        var line = text.EndsWith('\n') ? text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)] : text;
        if (line.Length == 0)
            throw new CacheParameterException("The text is empty", text, 0, 0);
        var fields = new List<CsvField>();
        var position = 0;
        while (true)
        {
            var end = line.Length > position && line[position] == '"'
                ? Quoted(text, line, position, fields)
                : Plain(text, line, position, fields);
            if (end == line.Length)
                return fields;
            position = end + 1;
        }
    }

    private static int Plain(string text, string line, int start, List<CsvField> fields)
    {
        var comma = line.IndexOf(',', start);
        var end = comma < 0 ? line.Length : comma;
        var quote = line.IndexOf('"', start, end - start);
        if (quote >= 0)
            throw new CacheParameterException(
                "A quote is inside an unquoted field; quote the whole field, as in \"ref=a,b\",", text, quote, 1);
        fields.Add(new CsvField(line[start..end], start, IsQuoted: false));
        return end;
    }

    private static int Quoted(string text, string line, int start, List<CsvField> fields)
    {
        var value = new StringBuilder();
        var position = start + 1;
        while (true)
        {
            var quote = line.IndexOf('"', position);
            if (quote < 0)
                throw new CacheParameterException("A quoted field is not closed", text, start, line.Length - start);
            value.Append(line, position, quote - position);
            if (quote + 1 < line.Length && line[quote + 1] == '"')
            {
                value.Append('"');
                position = quote + 2;
                continue;
            }

            if (quote + 1 < line.Length && line[quote + 1] != ',')
                throw new CacheParameterException("Only a comma may follow a closing quote", text, quote + 1, 1);
            fields.Add(new CsvField(value.ToString(), start, IsQuoted: true));
            return quote + 1;
        }
    }
}
