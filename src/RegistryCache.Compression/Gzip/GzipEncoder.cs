using System.IO.Hashing;
using System.Security.Cryptography;
using RegistryCache.Compression.Deflate;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;

namespace RegistryCache.Compression.Gzip;

/// <summary>
/// Writes one gzip member whose content is compressed in blocks at the same time. The block length is part of the output's identity:
/// with it fixed, the bytes do not depend on the number of workers.
/// </summary>
internal sealed class GzipEncoder : IDisposable
{
    /// <summary>With its history a block is 1 MiB, the size of a pooled array: long enough to hide its start, short enough to spread one layer over the cores.</summary>
    private const int BlockLength = (1024 * 1024) - DeflateFormat.WindowLength;

    private readonly Stream _tar;
    private readonly int _level;
    private readonly DeflaterPool _deflaters;
    private readonly LayerWorkers _workers;
    private readonly HashingWriter _output;
    private readonly IncrementalHash _diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Crc32 _crc = new();
    private readonly byte[] _history = new byte[DeflateFormat.WindowLength];
    private int _historyLength;
    private long _length;

    public GzipEncoder(Stream tar, Stream blob, int level, DeflaterPool deflaters, LayerWorkers workers)
    {
        _tar = tar;
        _level = level;
        _deflaters = deflaters;
        _workers = workers;
        _output = new HashingWriter(blob);
    }

    public async Task<EncodedLayer> RunAsync(CancellationToken cancellationToken)
    {
        await _output.WriteAsync(GzipFormat.Header(_level), cancellationToken).ConfigureAwait(false);
        await OrderedWork.RunAsync<TarBlock, SegmentedBuffer>(CutAsync, Compress, HandOnAsync, _workers, cancellationToken).ConfigureAwait(false);
        await _output.WriteAsync(End(), cancellationToken).ConfigureAwait(false);
        return new EncodedLayer(
            LayerCompression.Gzip,
            MediaTypes.OciLayerGzip,
            _output.Finish(),
            _output.Length,
            Digest.FromHash(DigestAlgorithm.Sha256, _diffId.GetHashAndReset()),
            _length);
    }

    public void Dispose()
    {
        _output.Dispose();
        _diffId.Dispose();
    }

    private async ValueTask<TarBlock?> CutAsync(CancellationToken cancellationToken)
    {
        var block = await TarBlock.ReadAsync(_tar, _history.AsMemory(0, _historyLength), BlockLength, _workers.Buffers, cancellationToken).ConfigureAwait(false);
        if (block is not null)
        {
            _diffId.AppendData(block.Bytes);
            _crc.Append(block.Bytes);
            _length += block.Bytes.Length;
            _historyLength = block.CopyEnd(_history);
        }

        return block;
    }

    private SegmentedBuffer Compress(TarBlock block)
    {
        using (block)
        {
            var deflater = _deflaters.Take();
            var output = new SegmentedBuffer(_workers.Buffers);
            deflater.AppendFlushed(block.WithHistory, block.HistoryLength, _level, output);
            _deflaters.GiveBack(deflater);
            return output;
        }
    }

    private async ValueTask HandOnAsync(SegmentedBuffer compressed, CancellationToken cancellationToken)
    {
        using (compressed)
            await _output.WriteAsync(compressed, cancellationToken).ConfigureAwait(false);
    }

    private byte[] End() => [.. GzipFormat.EmptyLastBlock, .. GzipFormat.Trailer(_crc.GetCurrentHashAsUInt32(), _length)];
}
