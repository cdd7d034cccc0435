using System.Buffers;
using static RegistryCache.Core.Tar.TarFormat;

namespace RegistryCache.Core.Tar;

/// <summary>Packs headers and contents into large writes. The caller writes exactly as much content as the header says.</summary>
internal sealed class TarStreamWriter : IDisposable
{
    public const int BufferSize = 512 * 1024;
    private readonly Stream _destination;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _used;

    public TarStreamWriter(Stream destination) => _destination = destination;

    /// <summary>The bytes written so far.</summary>
    public long Length { get; private set; }

    public async ValueTask WriteHeaderAsync(LayerEntry entry, CancellationToken cancellationToken) =>
        await WriteAsync(TarHeaderWriter.Write(entry), cancellationToken).ConfigureAwait(false);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        while (!content.IsEmpty)
        {
            var space = await GetSpaceAsync(1, cancellationToken).ConfigureAwait(false);
            var count = Math.Min(space.Length, content.Length);
            content[..count].CopyTo(space);
            Advance(count);
            content = content[count..];
        }
    }

    /// <summary>Room for at least <paramref name="minimum"/> bytes of content. <see cref="Advance"/> says how many were filled.</summary>
    public async ValueTask<Memory<byte>> GetSpaceAsync(int minimum, CancellationToken cancellationToken)
    {
        if (BufferSize - _used < minimum)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        return _buffer.AsMemory(_used, BufferSize - _used);
    }

    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    public async ValueTask WriteZerosAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var space = await GetSpaceAsync(1, cancellationToken).ConfigureAwait(false);
            var part = (int)Math.Min(space.Length, count);
            space.Span[..part].Clear();
            Advance(part);
            count -= part;
        }
    }

    public ValueTask PadAsync(long contentSize, CancellationToken cancellationToken) =>
        WriteZerosAsync(Padding(contentSize), cancellationToken);

    /// <summary>Writes the end of the archive, two blocks of zeros, and passes everything on.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await WriteZerosAsync(2 * BlockSize, cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_used == 0)
            return;
        await _destination.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken).ConfigureAwait(false);
        _used = 0;
    }
}
