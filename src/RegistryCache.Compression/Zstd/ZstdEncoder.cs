using System.Collections.Concurrent;
using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Zstd;

/// <summary>Writes one zstd frame per block of the tar. The window of a frame is never larger than the block, so every decoder that reads
/// BuildKit's blobs can read these.</summary>
internal sealed class ZstdEncoder(int level) : IDisposable
{
    /// <summary>Each frame starts without history. With this length, all frames together are as small as one frame of the reference tool at
    /// its default level. A frame can be larger than its content by 1/256, and must still fit into a pooled array of 4 MiB.</summary>
    private const int BlockLength = (4 * 1024 * 1024) - (64 * 1024);

    private readonly ConcurrentBag<ZstdLibrary.FrameCompressor> _idle = [];

    public async Task<EncodedLayer> EncodeAsync(
        Stream tar, Stream blob, LayerWorkers workers, Func<Digest>? tarDigest, CancellationToken cancellationToken)
    {
        using var encoder = new BlockwiseEncoder(tar, blob, BlockLength, historyLength: 0, workers, tarDigest);
        await encoder.RunAsync(look: null, (block, output) => AppendFrame(block.Bytes, output), cancellationToken).ConfigureAwait(false);
        if (encoder.TarLength == 0)
            await encoder.WriteAsync(EmptyFrame(workers), cancellationToken).ConfigureAwait(false);
        return encoder.Finish(LayerCompression.Zstd, MediaTypes.OciLayerZstd);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var compressor))
            compressor.Dispose();
    }

    private void AppendFrame(ReadOnlySpan<byte> content, SegmentedBuffer output)
    {
        if (!_idle.TryTake(out var compressor))
            compressor = new ZstdLibrary.FrameCompressor(level);
        compressor.Append(content, output);
        _idle.Add(compressor);
    }

    private byte[] EmptyFrame(LayerWorkers workers)
    {
        using var frame = new SegmentedBuffer(workers.Buffers);
        AppendFrame([], frame);
        return [.. frame.Written.SelectMany(segment => segment.ToArray())];
    }
}
