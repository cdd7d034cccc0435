using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace RegistryCache.Docker.Tests.Rows;

/// <summary>The table of contents at the end of an estargz blob, found by the blob's bytes alone and without the library.</summary>
internal sealed record EstargzToc(string Digest)
{
    /// <summary>The size of the footer in bytes.</summary>
    public const int FooterSize = 51;

    /// <summary>An empty gzip member whose extra field holds the subfield SG: sixteen hexadecimal digits and STARGZ.</summary>
    private static readonly byte[] FooterStart = [0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0];
    private static readonly byte[] SubfieldStart = [26, 0, (byte)'S', (byte)'G', 22, 0];

    /// <summary>The table of contents, or <see langword="null"/> if the blob has no footer of estargz.</summary>
    public static EstargzToc? Find(byte[] blob)
    {
        if (OffsetIn(blob) is not { } offset)
            return null;
        using var member = new GZipStream(new MemoryStream(blob, offset, blob.Length - FooterSize - offset), CompressionMode.Decompress);
        using var tar = new TarReader(member);
        var entry = tar.GetNextEntry() ?? throw new InvalidDataException("nothing is where the footer says that the table of contents is");
        if (entry.Name != "stargz.index.json")
            throw new InvalidDataException($"'{entry.Name}' is where the footer says that the table of contents is");
        var digest = SHA256.HashData(entry.DataStream!);
        return tar.GetNextEntry() is { } more
            ? throw new InvalidDataException($"'{more.Name}' follows the table of contents")
            : new EstargzToc("sha256:" + Convert.ToHexStringLower(digest));
    }

    /// <summary>Where the footer says that the table of contents is.</summary>
    public static int? OffsetIn(byte[] blob)
    {
        if (blob.Length < FooterSize)
            return null;
        var footer = blob.AsSpan(blob.Length - FooterSize);

        // The tenth byte names the operating system, which is up to the writer.
        return footer.StartsWith(FooterStart) && footer[10..].StartsWith(SubfieldStart) && footer[32..].StartsWith("STARGZ"u8)
            ? int.Parse(Encoding.ASCII.GetString(footer[16..32]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : null;
    }
}
