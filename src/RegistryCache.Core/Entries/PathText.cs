using System.Buffers;
using System.Text;

namespace RegistryCache.Core.Entries;

/// <summary>File names as text without loss. Names are bytes on Unix and in tar. Each byte that is not UTF-8 becomes a lone surrogate
/// U+DC80 to U+DCFF, so that every name can be restored and two names never become the same.</summary>
internal static class PathText
{
    private const char EscapeBase = '\udc00';

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
            return Encoding.ASCII.GetString(bytes);
        var result = new StringBuilder(bytes.Length);
        Span<char> units = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                result.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                used = 1;
                result.Append((char)(EscapeBase + bytes[0]));
            }

            bytes = bytes[used..];
        }

        return result.ToString();
    }

    public static byte[] Encode(string text)
    {
        var result = new byte[Ascii.IsValid(text) ? text.Length : MaxByteCount(text)];
        var length = Encode(text, result);
        return length == result.Length ? result : result[..length];
    }

    /// <summary>Whether the text contains bytes that are not UTF-8.</summary>
    public static bool HasForeignBytes(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\udc80', '\udcff'))
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (text[i] is >= '\udc80' and <= '\udcff')
                return true;
        }

        return false;
    }

    public static int MaxByteCount(ReadOnlySpan<char> text) => text.Length * 3;

    public static int Encode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (Ascii.FromUtf16(text, destination, out var written) == OperationStatus.Done)
            return written;
        text = text[written..];
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var used) == OperationStatus.Done)
            {
                written += rune.EncodeToUtf8(destination[written..]);
            }
            else
            {
                used = 1;
                if (text[0] is >= '\udc80' and <= '\udcff')
                    destination[written++] = (byte)(text[0] - EscapeBase);
                else
                    written += Rune.ReplacementChar.EncodeToUtf8(destination[written..]);
            }

            text = text[used..];
        }

        return written;
    }

    /// <summary>The name with a terminating NUL, in <paramref name="scratch"/> when it fits.</summary>
    public static ReadOnlySpan<byte> Terminated(ReadOnlySpan<char> name, Span<byte> scratch)
    {
        var buffer = MaxByteCount(name) < scratch.Length ? scratch : new byte[MaxByteCount(name) + 1];
        var length = Encode(name, buffer);
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
