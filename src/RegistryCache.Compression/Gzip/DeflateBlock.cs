using System.IO.Compression;
using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.Gzip;

/// <summary>Compresses one piece of a tar with raw deflate.</summary>
internal static class DeflateBlock
{
    /// <summary>Appends the piece as deflate blocks that end on a byte boundary and of which none is the last, so that pieces can follow one another in one member.</summary>
    public static void AppendFlushed(ReadOnlySpan<byte> piece, int level, PooledBuffer output)
    {
        using var deflate = Open(level, output);
        deflate.Write(piece);
        deflate.Flush();
        var flushed = (int)output.Length;

        // Closing appends a last block, which would end the member here.
        deflate.Dispose();
        output.Truncate(flushed);
    }

    /// <summary>Appends the piece as a complete deflate stream.</summary>
    public static void AppendComplete(ReadOnlySpan<byte> piece, int level, PooledBuffer output)
    {
        // Closing a stream that was never written to gives nothing at all instead of an empty block.
        if (piece.IsEmpty)
        {
            output.Write(GzipFormat.EmptyLastBlock);
            return;
        }

        using var deflate = Open(level, output);
        deflate.Write(piece);
    }

    private static DeflateStream Open(int level, PooledBuffer output) =>
        new(output, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
}
