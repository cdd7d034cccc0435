using System.Globalization;
using System.Text;

namespace RegistryCache.Oci.Layout;

/// <summary>The little JSON that an index entry needs, with the escapes of Go's encoding/json, which BuildKit writes.</summary>
internal static class JsonText
{
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A string in quotes.</summary>
    public static string Quote(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append("\\\\"),
                '\b' => result.Append("\\b"),
                '\f' => result.Append("\\f"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 =>
                    result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => result.Append(rune.ToString()),
            };
        }

        return result.Append('"').ToString();
    }

    /// <summary>Valid JSON without the white space between its tokens; strings stay as they are, escapes included.</summary>
    public static byte[] Compact(ReadOnlySpan<byte> json)
    {
        var result = new byte[json.Length];
        var length = 0;
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (!inString && IsSpace(c))
                continue;
            result[length++] = c;
            if (c == '"')
                inString = !inString;
            else if (c == '\\' && inString && i + 1 < json.Length)
                result[length++] = json[++i];
        }

        return result[..length];
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
