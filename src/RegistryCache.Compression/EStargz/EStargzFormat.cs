using System.Globalization;
using System.Text;
using RegistryCache.Compression.Gzip;

namespace RegistryCache.Compression.EStargz;

/// <summary>The fixed parts of estargz. Source: stargz-snapshotter docs/estargz.md and estargz/{types,gzip}.go.</summary>
internal static class EStargzFormat
{
    public const string TocName = "stargz.index.json";
    public const string RegularType = "reg";
    public const string ChunkType = "chunk";

    public const int FooterLength = 51;
    public const int LegacyFooterLength = 47;

    /// <summary>The most bytes of a file in one member.</summary>
    public const int ChunkLength = 4 * 1024 * 1024;

    private const int TocOffsetDigits = 16;

    private static ReadOnlySpan<byte> HeaderWithExtra =>
        [GzipFormat.Magic1, GzipFormat.Magic2, GzipFormat.Deflate, GzipFormat.FlagExtra, 0, 0, 0, 0, 0, 255];

    /// <summary>An empty member has a stored last block of length zero and zeros for checksum and length.</summary>
    private static ReadOnlySpan<byte> EmptyBody => [1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> CurrentExtra => [26, 0, (byte)'S', (byte)'G', 22, 0];

    private static ReadOnlySpan<byte> LegacyExtra => [22, 0];

    private static ReadOnlySpan<byte> Mark => "STARGZ"u8;

    public static byte[] Footer(long tocOffset) =>
    [
        .. HeaderWithExtra,
        .. CurrentExtra,
        .. Encoding.ASCII.GetBytes(tocOffset.ToString("x16", CultureInfo.InvariantCulture)),
        .. Mark,
        .. EmptyBody,
    ];

    /// <summary>The offset of the table of contents and the length of the footer. <see langword="null"/> without a footer.</summary>
    public static (long TocOffset, int FooterLength)? ReadFooter(ReadOnlySpan<byte> tail, long blobLength) =>
        ReadFooter(tail, FooterLength, CurrentExtra, blobLength) ?? ReadFooter(tail, LegacyFooterLength, LegacyExtra, blobLength);

    private static (long TocOffset, int FooterLength)? ReadFooter(
        ReadOnlySpan<byte> tail, int length, ReadOnlySpan<byte> extra, long blobLength)
    {
        if (tail.Length < length)
            return null;
        var footer = tail[^length..];

        // Time, extra flags and system do not matter to any reader, so they are not compared.
        if (!footer.StartsWith(HeaderWithExtra[..4]) || !footer[10..].StartsWith(extra))
            return null;
        var rest = footer[(10 + extra.Length)..];
        var digits = rest[..TocOffsetDigits];
        rest = rest[TocOffsetDigits..];
        if (!rest.StartsWith(Mark) || !rest[Mark.Length..].SequenceEqual(EmptyBody))
            return null;
        if (!long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var offset))
            return null;
        return offset >= 0 && offset < blobLength - length ? (offset, length) : null;
    }
}
