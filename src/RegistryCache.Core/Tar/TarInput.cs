using System.Buffers;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>Reads a tar stream through a buffer. It returns parts of the buffer instead of copies.</summary>
internal sealed class TarInput : IDisposable
{
    private const int BufferSize = 512 * 1024;
    private readonly Stream _stream;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    public TarInput(Stream stream) => _stream = stream;

    /// <summary>The offset of the next byte in the stream.</summary>
    public long Position { get; private set; }

    /// <summary>The next block, or <see langword="null"/> at the very end of the stream.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadBlockAsync(CancellationToken cancellationToken)
    {
        while (_end - _start < BlockSize)
        {
            if (await FillAsync(cancellationToken).ConfigureAwait(false))
                continue;
            return _end == _start ? null : throw LayerPaths.Invalid($"The tar ends in the middle of the block at offset {Position}");
        }

        return Take(BlockSize);
    }

    /// <summary>At least one and at most <paramref name="max"/> bytes; none at the end of the stream. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> TryReadAsync(long max, CancellationToken cancellationToken)
    {
        if (_end == _start && !await FillAsync(cancellationToken).ConfigureAwait(false))
            return default;
        return Take((int)Math.Min(max, _end - _start));
    }

    /// <summary>At least one and at most <paramref name="max"/> bytes. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long max, CancellationToken cancellationToken)
    {
        var part = await TryReadAsync(max, cancellationToken).ConfigureAwait(false);
        return part.IsEmpty ? throw CutOff() : part;
    }

    public async ValueTask<byte[]> ReadExactlyAsync(int count, CancellationToken cancellationToken)
    {
        var result = new byte[count];
        for (var read = 0; read < count;)
        {
            var part = await ReadAsync(count - read, cancellationToken).ConfigureAwait(false);
            part.CopyTo(result.AsMemory(read));
            read += part.Length;
        }

        return result;
    }

    public async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        if (!await TrySkipAsync(count, cancellationToken).ConfigureAwait(false))
            throw CutOff();
    }

    /// <summary>Skips bytes that may be missing at the end of the stream.</summary>
    /// <returns>Whether they were all there.</returns>
    public async ValueTask<bool> TrySkipAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var part = await TryReadAsync(count, cancellationToken).ConfigureAwait(false);
            if (part.IsEmpty)
                return false;
            count -= part.Length;
        }

        return true;
    }

    /// <summary>Reads to the end of the stream, so that a verifying stream sees all of it.</summary>
    public async ValueTask DrainAsync(long max, CancellationToken cancellationToken)
    {
        for (var left = max; await TryReadAsync(long.MaxValue, cancellationToken).ConfigureAwait(false) is { IsEmpty: false } part;)
        {
            left -= part.Length;
            if (left < 0)
                throw new LimitExceededException("The data after the end of the tar", "RestoreLimits.MaxTotalBytes", max);
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private LayerFormatException CutOff() =>
        LayerPaths.Invalid($"The tar ends at offset {Position}, in the middle of a file's content");

    private ReadOnlyMemory<byte> Take(int count)
    {
        var result = _buffer.AsMemory(_start, count);
        _start += count;
        Position += count;
        return result;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await _stream.ReadAsync(_buffer.AsMemory(_end, BufferSize - _end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
