using System.IO.Hashing;
using System.Security.Cryptography;
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
    /// <summary>Large enough that starting each block without history costs a fifth of a percent, small enough to spread one layer over the cores.</summary>
    private const int BlockLength = 1024 * 1024;

    private readonly Stream _tar;
    private readonly int _level;
    private readonly LayerWorkers _workers;
    private readonly HashingWriter _output;
    private readonly IncrementalHash _diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Crc32 _crc = new();
    private long _length;

    public GzipEncoder(Stream tar, Stream blob, int level, LayerWorkers workers)
    {
        _tar = tar;
        _level = level;
        _workers = workers;
        _output = new HashingWriter(blob);
    }

    public async Task<EncodedLayer> RunAsync(CancellationToken cancellationToken)
    {
        await _output.WriteAsync(GzipFormat.Header(_level), cancellationToken).ConfigureAwait(false);
        await OrderedWork.RunAsync<TarBlock, PooledBuffer>(CutAsync, Compress, HandOnAsync, _workers, cancellationToken).ConfigureAwait(false);
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
        var block = await TarBlock.ReadAsync(_tar, BlockLength, _workers.Buffers, cancellationToken).ConfigureAwait(false);
        if (block is not null)
        {
            _diffId.AppendData(block.Bytes);
            _crc.Append(block.Bytes);
            _length += block.Bytes.Length;
        }

        return block;
    }

    private PooledBuffer Compress(TarBlock block)
    {
        using (block)
        {
            var output = new PooledBuffer(_workers.Buffers, BlockLength / 2);
            DeflateBlock.AppendFlushed(block.Bytes, _level, output);
            return output;
        }
    }

    private async ValueTask HandOnAsync(PooledBuffer compressed, CancellationToken cancellationToken)
    {
        using (compressed)
            await _output.WriteAsync(compressed.Written, cancellationToken).ConfigureAwait(false);
    }

    private byte[] End() => [.. GzipFormat.EmptyLastBlock, .. GzipFormat.Trailer(_crc.GetCurrentHashAsUInt32(), _length)];
}
