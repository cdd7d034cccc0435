using RegistryCache.Compression.Pipeline;
using RegistryCache.Core.Errors;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace RegistryCache.Compression.Zstd;

/// <summary>The only place that knows which zstd implementation is used.</summary>
internal static class ZstdLibrary
{
    /// <summary>The library's limit is a power of two and its error has no numbers, so <see cref="ZstdWindowGuard"/> checks
    /// first.</summary>
    private static readonly int MaxWindowLog = Environment.Is64BitProcess ? 31 : 30;

    /// <summary>A compressor of whole frames. Not thread-safe. Earlier input does not affect later output.</summary>
    public sealed class FrameCompressor : IDisposable
    {
        private readonly Compressor _compressor;

        public FrameCompressor(int level)
        {
            _compressor = new Compressor(level);
            _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_contentSizeFlag, 1);
        }

        public void Append(ReadOnlySpan<byte> content, SegmentedBuffer output) =>
            output.Advance(_compressor.Wrap(content, output.Reserve(Compressor.GetCompressBound(content.Length))));

        public void Dispose() => _compressor.Dispose();
    }

    /// <summary>Decodes all frames of a blob and skips skippable ones. Checksums are verified. A blob that ends inside a frame or has extra
    /// bytes after the last one is an error.</summary>
    public sealed class FrameDecoder : ForwardReadStream
    {
        private readonly DecompressionStream _frames;

        public FrameDecoder(Stream blob, long maxWindow)
        {
            _frames = new DecompressionStream(new ZstdWindowGuard(blob, maxWindow), bufferSize: 128 * 1024, checkEndOfStream: true,
                leaveOpen: false);
            _frames.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await _frames.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ZstdException or EndOfStreamException)
            {
                throw new LayerFormatException(
                    RegistryCacheErrorCode.CorruptLayer,
                    $"The zstd data of the layer is corrupt or cut off, or has extra bytes after its end ({e.Message}). The blob is "
                        + "damaged: fetch or build it again.",
                    e);
            }
        }

        protected override ValueTask CloseAsync() => _frames.DisposeAsync();
    }
}
