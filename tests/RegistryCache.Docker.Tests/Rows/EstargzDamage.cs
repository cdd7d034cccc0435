using System.IO.Compression;
using System.Text;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>Turns an estargz blob into one that is still valid gzip of a valid tar, but no longer estargz.</summary>
internal static class EstargzDamage
{
    private const int TarHeaderSize = 512;
    private const int ChecksumField = 148;
    private const int ChecksumSize = 8;

    /// <summary>Changes a letter in the footer's extra field, which is no part of what decompresses.</summary>
    public static byte[] OfFooter(byte[] blob)
    {
        byte[] damaged = [.. blob];
        var magic = damaged.AsSpan(damaged.Length - EstargzToc.FooterSize).IndexOf("STARGZ"u8);
        damaged[damaged.Length - EstargzToc.FooterSize + magic] ^= 1;
        return damaged;
    }

    /// <summary>Gives the table of contents another name, by which nobody knows it.</summary>
    public static byte[] OfTableOfContents(byte[] blob)
    {
        var (start, end) = (EstargzToc.OffsetIn(blob)!.Value, blob.Length - EstargzToc.FooterSize);
        var tar = Decompress(blob[start..end]);
        tar[0] ^= 1;
        WriteChecksum(tar.AsSpan(0, TarHeaderSize));

        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        return [.. blob[..start], .. member.ToArray(), .. blob[end..]];
    }

    public static byte[] Decompress(byte[] gzip)
    {
        using var source = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
        using var content = new MemoryStream();
        source.CopyTo(content);
        return content.ToArray();
    }

    private static void WriteChecksum(Span<byte> header)
    {
        var field = header.Slice(ChecksumField, ChecksumSize);
        field.Fill((byte)' ');
        var sum = 0;
        foreach (var octet in header)
            sum += octet;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", field);
    }
}
