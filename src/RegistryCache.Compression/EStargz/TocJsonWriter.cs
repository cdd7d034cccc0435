using System.Buffers;
using RegistryCache.Core.Content;

namespace RegistryCache.Compression.EStargz;

/// <summary>Writes table-of-contents entries as Go's encoding/json does with tab indentation, byte for byte.</summary>
internal sealed class TocJsonWriter(ArrayBufferWriter<byte> output)
{
    private const int EntryIndent = 3;

    private readonly GoJsonWriter _json = new(output);
    private bool _first;

    public void Entry(TocEntry entry)
    {
        _json.Raw("\t\t{"u8);
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
        _json.Raw("\n\t\t}"u8);
    }

    private void Name(string name, int indent)
    {
        if (!_first)
            _json.Raw(","u8);
        _first = false;
        _json.Raw("\n"u8);
        for (var i = 0; i < indent; i++)
            _json.Raw("\t"u8);
        _json.String(name, isPath: true);
        _json.Raw(": "u8);
    }

    private void Text(string name, string value, bool always = false)
    {
        if (value.Length == 0 && !always)
            return;
        Name(name, EntryIndent);
        _json.String(value, isPath: true);
    }

    private void Number(string name, long value)
    {
        if (value == 0)
            return;
        Name(name, EntryIndent);
        _json.Number(value);
    }

    private void Xattrs(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> xattrs)
    {
        if (xattrs.Count == 0)
            return;
        Name("xattrs", EntryIndent);
        _json.Raw("{"u8);
        _first = true;
        foreach (var (key, value) in xattrs.OrderBy(pair => pair.Key, Utf8ByteOrder.Instance))
        {
            Name(key, EntryIndent + 1);
            _json.String(Convert.ToBase64String(value.Span));
        }

        _first = false;
        _json.Raw("\n\t\t\t}"u8);
    }
}
