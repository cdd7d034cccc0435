using System.Buffers;
using System.Globalization;
using System.Text;

namespace RegistryCache.Oci.Http;

/// <summary>A text with its escapes decoded. For each character it knows the position in the original.</summary>
internal sealed class DecodedText
{
    private static readonly (string Escape, char Character)[] Entities =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')];
    private readonly List<int> _starts;
    private readonly List<int> _ends;

    private DecodedText(string text, List<int> starts, List<int> ends) => (Text, _starts, _ends) = (text, starts, ends);

    public string Text { get; }

    public static DecodedText Of(string text) => new(text, [.. Enumerable.Range(0, text.Length)], [.. Enumerable.Range(1, text.Length)]);

    /// <summary>The part of the original that a part of this text was decoded from.</summary>
    public (int Start, int End) Origin(int start, int length) => (_starts[start], _ends[start + length - 1]);

    /// <summary>Decodes one level of escapes. <see langword="null"/> when there are none.</summary>
    public DecodedText? Decode()
    {
        if (!Text.AsSpan().ContainsAny('%', '\\', '&'))
            return null;
        var result = new StringBuilder(Text.Length);
        var (starts, ends) = (new List<int>(Text.Length), new List<int>(Text.Length));
        var changed = false;
        for (var i = 0; i < Text.Length;)
        {
            var (decoded, length) = At(i);
            changed |= length > 1 || decoded[0] != Text[i];
            foreach (var c in decoded)
            {
                result.Append(c);
                starts.Add(_starts[i]);
                ends.Add(_ends[i + length - 1]);
            }

            i += length;
        }

        return changed ? new DecodedText(result.ToString(), starts, ends) : null;
    }

    private (string Decoded, int Length) At(int position)
    {
        var rest = Text.AsSpan(position);
        return rest[0] switch
        {
            '%' => Percent(rest),
            '\\' when rest.Length > 1 => Backslash(rest),
            '&' => Entity(rest),
            _ => null,
        } ?? (rest[..1].ToString(), 1);
    }

    private static (string Decoded, int Length)? Percent(ReadOnlySpan<char> rest)
    {
        // One character of UTF-8 has up to four bytes.
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < 4 && rest.Length >= 3 * count + 3 && rest[3 * count] == '%'
            && byte.TryParse(rest.Slice((3 * count) + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out bytes[count]))
        {
            count++;
        }

        if (count == 0)
            return null;
        return Rune.DecodeFromUtf8(bytes[..count], out var rune, out var used) == OperationStatus.Done
            ? (rune.ToString(), 3 * used) : ("\ufffd", 3);
    }

    private static (string Decoded, int Length)? Backslash(ReadOnlySpan<char> rest)
    {
        if (rest[1] is 'u' or 'U' && rest.Length >= 6
            && ushort.TryParse(rest.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            return (((char)unit).ToString(), 6);
        if (rest[1] == 'x' && rest.Length >= 4
            && byte.TryParse(rest.Slice(2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return (((char)value).ToString(), 4);
        return rest[1] switch
        {
            '"' or '\\' or '/' or '\'' => (rest[1].ToString(), 2),
            'n' => ("\n", 2),
            'r' => ("\r", 2),
            't' => ("\t", 2),
            'b' => ("\b", 2),
            'f' => ("\f", 2),
            _ => null,
        };
    }

    private static (string Decoded, int Length)? Entity(ReadOnlySpan<char> rest)
    {
        foreach (var (escape, character) in Entities)
        {
            if (rest.StartsWith(escape, StringComparison.OrdinalIgnoreCase))
                return (character.ToString(), escape.Length);
        }

        var end = rest[..Math.Min(rest.Length, 12)].IndexOf(';');
        if (end < 3 || rest[1] != '#')
            return null;
        var isHex = rest[2] is 'x' or 'X';
        var digits = rest[(isHex ? 3 : 2)..end];
        return int.TryParse(digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)
            ? Rune.IsValid(number) ? (new Rune(number).ToString(), end + 1)
            : number is > 0 and <= char.MaxValue ? (((char)number).ToString(), end + 1)
            : null
            : null;
    }
}
