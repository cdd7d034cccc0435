namespace RegistryCache.Core.Layers;

/// <summary>Compressions that no codec here reads, known by their first bytes, so that an error can name them.</summary>
internal static class ForeignCompression
{
    /// <summary>The name of the compression, or <see langword="null"/> when the bytes may be a tar.</summary>
    public static string? NameOf(ReadOnlySpan<byte> head)
    {
        // A tar starts with a name, which may be any text. The mark of ustar, GNU and pax tars is at a fixed offset.
        if (head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8))
            return null;
        return head switch
        {
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => "bzip2",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => "bzip2",
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
            [0x5d, 0, 0, _, _, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, ..] => "lzma",
            [0x04, 0x22, 0x4d, 0x18, ..] => "lz4",
            [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', 0 or 1, ..] => "lzip",
            [0x1f, 0x9d, ..] => "compress",
            _ => null,
        };
    }
}
