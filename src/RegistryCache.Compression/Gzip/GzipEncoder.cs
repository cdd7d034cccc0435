using System.IO.Hashing;
using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Gzip;

/// <summary>Writes one gzip member whose content is compressed in blocks.</summary>
internal static class GzipEncoder
{
    /// <summary>A block with its history is 1 MiB, the size of a pooled array. It is long enough to keep the cost of a block's start small,
    /// and short enough to distribute one layer over the cores.</summary>
    private const int BlockLength = (1024 * 1024) - DeflateFormat.WindowLength;

    public static async Task<EncodedLayer> EncodeAsync(
        Stream tar, Stream blob, int level, DeflaterPool deflaters, LayerWorkers workers, Func<Digest>? tarDigest,
        CancellationToken cancellationToken)
    {
        using var encoder = new BlockwiseEncoder(tar, blob, BlockLength, DeflateFormat.WindowLength, workers, tarDigest);
        var crc = new Crc32();
        await encoder.WriteAsync(GzipFormat.Header(level), cancellationToken).ConfigureAwait(false);
        await encoder.RunAsync(block => crc.Append(block.Bytes), Compress, cancellationToken).ConfigureAwait(false);
        byte[] end = [.. GzipFormat.EmptyLastBlock, .. GzipFormat.Trailer(crc.GetCurrentHashAsUInt32(), encoder.TarLength)];
        await encoder.WriteAsync(end, cancellationToken).ConfigureAwait(false);
        return encoder.Finish(LayerCompression.Gzip, MediaTypes.OciLayerGzip);

        void Compress(TarBlock block, SegmentedBuffer output)
        {
            var deflater = deflaters.Take();
            deflater.AppendFlushed(block.WithHistory, block.HistoryLength, level, output);
            deflaters.GiveBack(deflater);
        }
    }
}
