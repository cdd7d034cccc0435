using System.IO.Compression;
using RegistryCache.Compression.Gzip;
using RegistryCache.Core.Errors;

namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>The result of decoding a blob: the decoded bytes, and the error if it did not reach the end.</summary>
internal sealed record Decoding(byte[] Content, string? Error)
{
    /// <summary>Errors in the bytes after the deflate data.</summary>
    private static readonly string[] Framing = ["checksum", "the length in its trailer", "last member"];

    public bool IsFramingError => Error is not null && Framing.Any(Error.Contains);

    public bool IsCutOff => Error is not null && Error.Contains("cut off", StringComparison.Ordinal);

    public static async Task<Decoding> OfOursAsync(byte[] blob, int piece = int.MaxValue, int read = 8192)
    {
        await using var stream = new GzipDecodeStream(new PieceStream(blob, piece));
        using var content = new MemoryStream();
        var buffer = new byte[read];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
                content.Write(buffer, 0, count);
            return new Decoding(content.ToArray(), Error: null);
        }
        catch (LayerFormatException e)
        {
            Assert.That(e.Code, Is.EqualTo(RegistryCacheErrorCode.CorruptLayer));
            return new Decoding(content.ToArray(), e.Message);
        }
    }

    public static Decoding OfFramework(Stream decoder)
    {
        using var content = new MemoryStream();
        try
        {
            // In single bytes, so that what was decoded before an error is not lost.
            for (int b; (b = decoder.ReadByte()) >= 0;)
                content.WriteByte((byte)b);
            return new Decoding(content.ToArray(), Error: null);
        }
        catch (InvalidDataException e)
        {
            return new Decoding(content.ToArray(), e.Message);
        }
    }

    public static byte[] Compress(byte[] content, int level, ZLibCompressionStrategy strategy = ZLibCompressionStrategy.Default)
    {
        using var blob = new MemoryStream();
        using (var gzip = new GZipStream(blob, new ZLibCompressionOptions { CompressionLevel = level, CompressionStrategy = strategy }, leaveOpen: true))
            gzip.Write(content);

        // The framework writes nothing at all for no content.
        return content.Length > 0 ? blob.ToArray() : new BitStream().Header(type: 1).Fixed(256).Member([]);
    }
}
