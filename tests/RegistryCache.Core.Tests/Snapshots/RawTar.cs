using System.Text;

namespace RegistryCache.Core.Tests.Snapshots;

/// <summary>Writes tars that no honest writer would: every field as told, only the checksum is right unless told otherwise.</summary>
internal sealed class RawTar
{
    private readonly List<byte> _bytes = [];

    public RawTar File(string name, string content = "x", string? size = null, int mode = 0x1a4) =>
        Entry(name, '0', size: size ?? Octal(content.Length, 11), mode: mode).Content(content);

    public RawTar Directory(string name) => Entry(name, '5', mode: 0x1ed);

    public RawTar Symlink(string name, string target) => Entry(name, '2', target);

    public RawTar HardLink(string name, string target) => Entry(name, '1', target);

    public RawTar Pax(params (string Key, string Value)[] records) => Extended('x', records);

    public RawTar Global(params (string Key, string Value)[] records) => Extended('g', records);

    public RawTar Long(char type, string text) => Entry("././@LongLink", type, size: Octal(Encoding.UTF8.GetByteCount(text), 11)).Content(text);

    public RawTar Entry(string name, char type, string link = "", string? size = null, int mode = 0x1a4, Action<byte[]>? change = null)
    {
        var block = new byte[512];
        Encoding.UTF8.GetBytes(name).CopyTo(block, 0);
        Encoding.UTF8.GetBytes(link).CopyTo(block, 157);
        Put(block, 100, Octal(mode, 7));
        Put(block, 108, Octal(0, 7));
        Put(block, 116, Octal(0, 7));
        Encoding.Latin1.GetBytes(size ?? Octal(0, 11)).CopyTo(block, 124);
        Put(block, 136, Octal(0, 11));
        block[156] = (byte)type;
        Put(block, 257, "ustar\0" + "00");
        Put(block, 329, Octal(1, 7));
        Put(block, 337, Octal(3, 7));
        change?.Invoke(block);
        Put(block, 148, "        ");
        Put(block, 148, Octal(block.Sum(b => b), 6) + "\0");
        _bytes.AddRange(block);
        return this;
    }

    public RawTar Content(string content) => Content(Encoding.UTF8.GetBytes(content));

    public RawTar Content(byte[] content)
    {
        _bytes.AddRange(content);
        _bytes.AddRange(new byte[-content.Length & 511]);
        return this;
    }

    public byte[] End() => [.. _bytes, .. new byte[1024]];

    public byte[] WithoutEnd() => [.. _bytes];

    public static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private RawTar Extended(char type, (string Key, string Value)[] records)
    {
        var text = string.Concat(records.Select(record => Record(record.Key, record.Value)));
        return Entry("pax", type, size: Octal(Encoding.UTF8.GetByteCount(text), 11)).Content(text);
    }

    private static string Record(string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        var length = rest + 1;
        while (length != rest + $"{length}".Length)
            length = rest + $"{length}".Length;
        return $"{length} {key}={value}\n";
    }

    private static void Put(byte[] block, int offset, string text) => Encoding.Latin1.GetBytes(text).CopyTo(block, offset);
}
