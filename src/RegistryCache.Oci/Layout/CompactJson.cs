namespace RegistryCache.Oci.Layout;

/// <summary>The form in which BuildKit writes the entries of an index that it has read.</summary>
internal static class CompactJson
{
    /// <summary>Valid JSON without the white space between its tokens; strings stay as they are, escapes included.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json)
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
