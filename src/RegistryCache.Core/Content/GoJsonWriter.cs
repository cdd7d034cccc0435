using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace RegistryCache.Core.Content;

/// <summary>The one writer of JSON with the escapes of Go's encoding/json, byte for byte. System.Text.Json cannot: its default encoder
/// escapes <c>+</c>, its relaxed one leaves <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c>. See docs/adr/0004-json-writer.md.</summary>
internal sealed class GoJsonWriter(ArrayBufferWriter<byte>? output = null)
{
    private readonly ArrayBufferWriter<byte> _buffer = output ?? new(256);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public static byte[] Quote(string value) => new GoJsonWriter().String(value).Written.ToArray();

    public GoJsonWriter Raw(ReadOnlySpan<byte> utf8)
    {
        _buffer.Write(utf8);
        return this;
    }

    public GoJsonWriter Number(long value)
    {
        var span = _buffer.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var written);
        _buffer.Advance(written);
        return this;
    }

    /// <summary>Writes a string in quotes. In a path, a lone surrogate means a byte that was not UTF-8; Go writes it as an escaped U+FFFD,
    /// while a U+FFFD of the text itself is not escaped.</summary>
    public GoJsonWriter String(string value, bool isPath = false)
    {
        Raw("\""u8);
        Span<byte> utf8 = stackalloc byte[4];
        for (var text = value.AsSpan(); !text.IsEmpty;)
        {
            var isText = Rune.DecodeFromUtf16(text, out var rune, out var used) == OperationStatus.Done;
            text = text[used..];
            var escaped = isPath && !isText ? "\\ufffd"u8 : Escape(rune.Value);
            Raw(escaped.IsEmpty ? utf8[..rune.EncodeToUtf8(utf8)] : escaped);
        }

        return Raw("\""u8);
    }

    /// <summary>Writes <c>"name":</c>, after a comma unless it is the first member. The name needs no escapes.</summary>
    public GoJsonWriter Name(ReadOnlySpan<byte> name, ref bool first)
    {
        Raw(first ? "\""u8 : ",\""u8).Raw(name).Raw("\":"u8);
        first = false;
        return this;
    }

    public GoJsonWriter List<T>(IEnumerable<T> items, Action<T> write)
    {
        Raw("["u8);
        var first = true;
        foreach (var item in items)
        {
            Raw(first ? ""u8 : ","u8);
            first = false;
            write(item);
        }

        return Raw("]"u8);
    }

    private static ReadOnlySpan<byte> Escape(int codePoint) => codePoint switch
    {
        '"' => "\\\""u8,
        '\\' => "\\\\"u8,
        '\b' => "\\b"u8,
        '\f' => "\\f"u8,
        '\n' => "\\n"u8,
        '\r' => "\\r"u8,
        '\t' => "\\t"u8,
        '<' => "\\u003c"u8,
        '>' => "\\u003e"u8,
        '&' => "\\u0026"u8,
        0x2028 => "\\u2028"u8,
        0x2029 => "\\u2029"u8,
        < 0x20 => Encoding.ASCII.GetBytes($"\\u{codePoint:x4}"),
        _ => default,
    };
}
