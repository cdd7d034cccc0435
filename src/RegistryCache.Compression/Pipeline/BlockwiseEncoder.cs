using RegistryCache.Core.Content;
using RegistryCache.Core.Layers;
using RegistryCache.Layers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Encodes a tar to a blob in blocks that are compressed in parallel. The block length is fixed, so the bytes of the blob do not
/// depend on the number of workers. Matches may refer to <paramref name="historyLength"/> bytes before their block. Without
/// <paramref name="tarDigest"/>, which gives the digest of the tar at its end, the tar is hashed here.</summary>
internal sealed class BlockwiseEncoder(
    Stream tar, Stream blob, int blockLength, int historyLength, LayerWorkers workers, Func<Digest>? tarDigest) : IDisposable
{
    private readonly DigestHasher? _diffId = tarDigest is null ? new DigestHasher(DigestAlgorithm.Sha256) : null;
    private readonly HashingWriter _output = new(blob);
    private readonly byte[] _history = new byte[historyLength];
    private int _historyFilled;

    /// <summary>The number of bytes of the tar that were read.</summary>
    public long TarLength { get; private set; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _output.WriteAsync(bytes, cancellationToken);

    /// <summary>Reads the tar to the end and writes its blocks.</summary>
    public Task RunAsync(Action<TarBlock>? look, Action<TarBlock, SegmentedBuffer> compress, CancellationToken cancellationToken)
    {
        return OrderedWork.RunAsync<TarBlock, SegmentedBuffer>(CutAsync, Compress, WriteBlockAsync, workers, cancellationToken);

        async ValueTask<TarBlock?> CutAsync(CancellationToken stop)
        {
            var block = await TarBlock.ReadAsync(tar, _history.AsMemory(0, _historyFilled), blockLength, workers.Buffers, stop)
                .ConfigureAwait(false);
            if (block is null)
                return null;
            _diffId?.Append(block.Bytes);
            TarLength += block.Bytes.Length;
            _historyFilled = block.CopyEnd(_history);
            look?.Invoke(block);
            return block;
        }

        SegmentedBuffer Compress(TarBlock block)
        {
            using (block)
            {
                var compressed = new SegmentedBuffer(workers.Buffers);
                compress(block, compressed);
                return compressed;
            }
        }

        async ValueTask WriteBlockAsync(SegmentedBuffer compressed, CancellationToken stop)
        {
            using (compressed)
                await _output.WriteAsync(compressed, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The resulting layer, after everything is written.</summary>
    public EncodedLayer Finish(LayerCompression compression, string mediaType) => new(
        compression, mediaType, _output.Finish(), _output.Length, _diffId?.Current() ?? tarDigest!(), TarLength);

    public void Dispose()
    {
        _output.Dispose();
        _diffId?.Dispose();
    }
}
