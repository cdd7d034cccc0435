using System.IO.Hashing;
using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Gzip;

/// <summary>gzip: one member, compressed in parallel in blocks of 992 KiB. Level 0 stores. The default is 6, as in BuildKit, with the size
/// of zlib's level 6. Compared with 6, level 1 takes half the time and blobs are a sixth larger; level 3 takes two thirds of the time and
/// blobs are 4 % larger; level 9 takes three to five times as long and blobs are 2 % smaller. Each worker needs 5 MiB.</summary>
/// <remarks>Format: RFC 1952. Header as Go's compress/gzip writes it: no time, no name, unknown system.</remarks>
internal sealed class GzipCodec : ILayerCodec
{
    /// <summary>A block with its history is 1 MiB, the size of a pooled array. It is long enough to keep the cost of a block's start small,
    /// and short enough to distribute one layer over the cores.</summary>
    private const int BlockLength = (1024 * 1024) - DeflateFormat.WindowLength;

    private readonly DeflaterPool _deflaters = new();

    public LayerCompression Compression => LayerCompression.Gzip;

    public CompressionLevelRange Levels => GzipFormat.Levels;

    public string MediaType => MediaTypes.OciLayerGzip;

    public string? DockerMediaType => MediaTypes.DockerLayerGzip;

    public async ValueTask<LayerMatch> MatchAsync(LayerProbe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return GzipFormat.IsGzip((await probe.ReadHeadAsync(cancellationToken).ConfigureAwait(false)).Span)
            ? LayerMatch.Generic : LayerMatch.None;
    }

    /// <inheritdoc/>
    /// <remarks>Reads any number of members with any header fields. The checksum and length of each member are verified. Any bytes after
    /// the last member, including zeros, are an error, as in BuildKit.</remarks>
    public Stream OpenDecoder(Stream blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new GzipDecodeStream(blob);
    }

    public Task<EncodedLayer> EncodeAsync(Stream tar, Stream blob, LayerEncodeOptions options, CancellationToken cancellationToken) =>
        EncodeCall.RunAsync(this, tar, blob, options, async (level, workers) =>
        {
            using var encoder = new BlockwiseEncoder(tar, blob, BlockLength, DeflateFormat.WindowLength, workers, options.TarDigest);
            var crc = new Crc32();
            await encoder.WriteAsync(GzipFormat.Header(level), cancellationToken).ConfigureAwait(false);
            await encoder.RunAsync(block => crc.Append(block.Bytes), Compress, cancellationToken).ConfigureAwait(false);
            byte[] end = [.. GzipFormat.EmptyLastBlock, .. GzipFormat.Trailer(crc.GetCurrentHashAsUInt32(), encoder.TarLength)];
            await encoder.WriteAsync(end, cancellationToken).ConfigureAwait(false);
            return encoder.Finish(Compression, MediaType);

            void Compress(TarBlock block, SegmentedBuffer output)
            {
                var deflater = _deflaters.Take();
                deflater.AppendFlushed(block.WithHistory, block.HistoryLength, level, output);
                _deflaters.GiveBack(deflater);
            }
        });
}
