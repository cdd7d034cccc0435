using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RegistryCache.Compression.EStargz;

/// <summary>Writes table-of-contents entries as Go's encoding/json does with tab indentation, byte for byte. System.Text.Json escapes otherwise.</summary>
internal sealed class TocJsonWriter(ArrayBufferWriter<byte> output)
{
    private const int EntryIndent = 3;

    private bool _first;

    public void Raw(ReadOnlySpan<byte> text) => output.Write(text);

    public void Entry(TocEntry entry)
    {
        Raw("\t\t{"u8);
        _first = true;
        Text("name", entry.Name, always: true);
        Text("type", entry.Type, always: true);
        Number("size", entry.Size);
        Text("modtime", entry.ModificationTime);
        Text("linkName", entry.LinkName);
        Number("mode", entry.Mode);
        Number("uid", entry.UserId);
        Number("gid", entry.GroupId);
        Text("userName", entry.UserName);
        Text("groupName", entry.GroupName);
        Number("offset", entry.Offset);
        Number("devMajor", entry.DeviceMajor);
        Number("devMinor", entry.DeviceMinor);
        Xattrs(entry.Xattrs);
        Text("digest", entry.Digest);
        Number("chunkOffset", entry.ChunkOffset);
        Number("chunkSize", entry.ChunkSize);
        Text("chunkDigest", entry.ChunkDigest);
        Raw("\n\t\t}"u8);
    }

    private void Name(string name, int indent)
    {
        if (!_first)
            Raw(","u8);
        _first = false;
        Raw("\n"u8);
        for (var i = 0; i < indent; i++)
            Raw("\t"u8);
        Quoted(name);
        Raw(": "u8);
    }

    private void Text(string name, string value, bool always = false)
    {
        if (value.Length == 0 && !always)
            return;
        Name(name, EntryIndent);
        Quoted(value);
    }

    private void Number(string name, long value)
    {
        if (value == 0)
            return;
        Name(name, EntryIndent);
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    private void Xattrs(IReadOnlyDictionary<string, byte[]>? xattrs)
    {
        if (xattrs is null || xattrs.Count == 0)
            return;
        Name("xattrs", EntryIndent);
        Raw("{"u8);
        _first = true;
        foreach (var (key, value) in xattrs.OrderBy(pair => Encoding.UTF8.GetBytes(pair.Key), ByteOrder.Instance))
        {
            Name(key, EntryIndent + 1);
            Quoted(Convert.ToBase64String(value));
        }

        _first = false;
        Raw("\n\t\t\t}"u8);
    }

    private void Quoted(string text)
    {
        Raw("\""u8);
        foreach (var rune in text.EnumerateRunes())
            Escaped(rune);
        Raw("\""u8);
    }

    private void Escaped(Rune rune)
    {
        switch (rune.Value)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\b':
                Raw("\\b"u8);
                break;
            case '\f':
                Raw("\\f"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 or 0xfffd:
                // Go writes what was not UTF-8 as an escape; a replacement character that stood there itself it would not escape.
                Raw(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")));
                break;
            default:
                output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
                break;
        }
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
