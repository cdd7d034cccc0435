using System.Text;

namespace RegistryCache.Fixtures.Tars;

/// <summary>Writes tars that no honest writer would: every field as told, only the checksum is right unless told otherwise.</summary>
public sealed class RawTar
{
    private readonly List<byte> _bytes = [];

    /// <summary>A regular file; <paramref name="size"/> replaces the size field.</summary>
    public RawTar File(string name, string content = "x", string? size = null, int mode = 0x1a4) =>
        Entry(name, '0', size: size ?? Octal(content.Length, 11), mode: mode).Content(content);

    /// <summary>A directory.</summary>
    public RawTar Directory(string name) => Entry(name, '5', mode: 0x1ed);

    /// <summary>A symbolic link.</summary>
    public RawTar Symlink(string name, string target) => Entry(name, '2', target);

    /// <summary>A hard link.</summary>
    public RawTar HardLink(string name, string target) => Entry(name, '1', target);

    /// <summary>A pax header for the next entry.</summary>
    public RawTar Pax(params (string Key, string Value)[] records) => Extended('x', records);

    /// <summary>A global pax header.</summary>
    public RawTar Global(params (string Key, string Value)[] records) => Extended('g', records);

#pragma warning disable CA1720 // GNU tar calls it that.
    /// <summary>A GNU long name (L) or long link (K) for the next entry.</summary>
    public RawTar Long(char type, string text) => Entry("././@LongLink", type, size: Octal(Encoding.UTF8.GetByteCount(text), 11)).Content(text);
#pragma warning restore CA1720

    /// <summary>Any header block. <paramref name="change"/> runs before the checksum is taken.</summary>
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

    /// <summary>Content in UTF-8, padded to a block.</summary>
    public RawTar Content(string content) => Content(Encoding.UTF8.GetBytes(content));

    /// <summary>Content, padded to a block.</summary>
    public RawTar Content(byte[] content)
    {
        _bytes.AddRange(content);
        _bytes.AddRange(new byte[-content.Length & 511]);
        return this;
    }

    /// <summary>The tar with its two blocks of zeros.</summary>
    public byte[] End() => [.. _bytes, .. new byte[1024]];

    /// <summary>The tar without the blocks of zeros.</summary>
    public byte[] WithoutEnd() => [.. _bytes];

    /// <summary>A number in octal digits.</summary>
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
