using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace RegistryCache.Core.Format;

/// <summary>
/// Writes compact JSON with the escapes of Go's encoding/json, byte for byte. System.Text.Json cannot: its default encoder escapes
/// <c>+</c>, its relaxed one leaves <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c>. See docs/adr/0004-json-writer.md.
/// </summary>
internal sealed class GoJsonWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

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

    public GoJsonWriter String(string value)
    {
        Raw("\""u8);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            // A lone surrogate enumerates as U+FFFD, which Go writes as an escape only for invalid UTF-8: the case at hand.
            var escaped = Escape(rune.Value);
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
