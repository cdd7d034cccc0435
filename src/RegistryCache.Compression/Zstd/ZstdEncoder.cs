using System.Collections.Concurrent;
using System.Security.Cryptography;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;

namespace RegistryCache.Compression.Zstd;

/// <summary>
/// Writes one zstd frame per block of the tar, compressed at the same time. A frame's window is never larger than the block, so every
/// decoder that can read BuildKit's blobs can read these, and the bytes do not depend on the number of workers.
/// </summary>
internal sealed class ZstdEncoder : IDisposable
{
    /// <summary>
    /// Each frame starts without history; at this length frames together are as small as one frame of the reference tool at its default
    /// level. A frame may be longer than what it holds by one part in 256, and is to fit into a pooled array of 4 MiB all the same.
    /// </summary>
    private const int BlockLength = (4 * 1024 * 1024) - (64 * 1024);

    private readonly Stream _tar;
    private readonly int _level;
    private readonly LayerWorkers _workers;
    private readonly HashingWriter _output;
    private readonly IncrementalHash _diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ConcurrentBag<ZstdLibrary.FrameCompressor> _idle = [];
    private long _length;

    public ZstdEncoder(Stream tar, Stream blob, int level, LayerWorkers workers)
    {
        _tar = tar;
        _level = level;
        _workers = workers;
        _output = new HashingWriter(blob);
    }

    public async Task<EncodedLayer> RunAsync(CancellationToken cancellationToken)
    {
        await OrderedWork.RunAsync<TarBlock, PooledBuffer>(CutAsync, Compress, HandOnAsync, _workers, cancellationToken).ConfigureAwait(false);
        if (_length == 0)
            await WriteEmptyFrameAsync(cancellationToken).ConfigureAwait(false);
        return new EncodedLayer(
            LayerCompression.Zstd,
            MediaTypes.OciLayerZstd,
            _output.Finish(),
            _output.Length,
            Digest.FromHash(DigestAlgorithm.Sha256, _diffId.GetHashAndReset()),
            _length);
    }

    public void Dispose()
    {
        _output.Dispose();
        _diffId.Dispose();
        while (_idle.TryTake(out var compressor))
            compressor.Dispose();
    }

    private async ValueTask<TarBlock?> CutAsync(CancellationToken cancellationToken)
    {
        var block = await TarBlock.ReadAsync(_tar, history: default, BlockLength, _workers.Buffers, cancellationToken).ConfigureAwait(false);
        if (block is not null)
        {
            _diffId.AppendData(block.Bytes);
            _length += block.Bytes.Length;
        }

        return block;
    }

    private PooledBuffer Compress(TarBlock block)
    {
        using (block)
            return CompressFrame(block.Bytes);
    }

    private PooledBuffer CompressFrame(ReadOnlySpan<byte> content)
    {
        if (!_idle.TryTake(out var compressor))
            compressor = new ZstdLibrary.FrameCompressor(_level);
        var output = new PooledBuffer(_workers.Buffers, ZstdLibrary.MaxFrameLength(content.Length));
        compressor.Append(content, output);
        _idle.Add(compressor);
        return output;
    }

    private async ValueTask HandOnAsync(PooledBuffer frame, CancellationToken cancellationToken)
    {
        using (frame)
            await _output.WriteAsync(frame.Written, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask WriteEmptyFrameAsync(CancellationToken cancellationToken) => HandOnAsync(CompressFrame([]), cancellationToken);
}
