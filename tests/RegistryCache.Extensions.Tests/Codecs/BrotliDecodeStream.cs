using System.Buffers;
using System.IO.Compression;

namespace RegistryCache.Extensions.Tests.Codecs;

/// <summary>
/// Decodes brotli to its very end. The framework's <see cref="BrotliStream"/> cannot tell a blob that is cut or goes on from a whole
/// one; its decoder can. Brotli has no checksum: the diffID protects the content.
/// </summary>
internal sealed class BrotliDecodeStream(Stream blob) : ForwardReadStream
{
    private readonly byte[] _input = new byte[64 * 1024];
    private BrotliDecoder _decoder;
    private int _start;
    private int _end;
    private bool _done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_done && !buffer.IsEmpty)
        {
            var status = _decoder.Decompress(_input.AsSpan(_start, _end - _start), buffer.Span, out var consumed, out var written);
            _start += consumed;
            switch (status)
            {
                case OperationStatus.InvalidData:
                    throw Corrupt("The brotli data is damaged.");
                case OperationStatus.Done:
                    _done = true;
                    if (_start < _end || await blob.ReadAsync(_input.AsMemory(0, 1), cancellationToken) > 0)
                        throw Corrupt("The blob has extra bytes after the end of its brotli data.");
                    return written;
            }

            if (written > 0)
                return written;
            _start = 0;
            _end = await blob.ReadAsync(_input, cancellationToken);
            if (_end == 0)
                throw Corrupt("The brotli data ends too early.");
        }

        return 0;
    }

    protected override ValueTask CloseAsync()
    {
        _decoder.Dispose();
        return blob.DisposeAsync();
    }

    private static RegistryCacheException Corrupt(string message) => new(RegistryCacheErrorCode.CorruptLayer, message);
}
