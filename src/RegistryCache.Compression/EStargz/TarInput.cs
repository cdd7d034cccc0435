using System.Security.Cryptography;
using RegistryCache.Compression.Pipeline;

namespace RegistryCache.Compression.EStargz;

/// <summary>The tar on its way in: buffered, counted and hashed as it arrives.</summary>
internal sealed class TarInput(Stream tar, IncrementalHash diffId)
{
    private readonly byte[] _buffer = new byte[512 * 1024];
    private int _start;
    private int _end;

    /// <summary>How many bytes were taken.</summary>
    public long Position { get; private set; }

    /// <summary>How many bytes lie ready.</summary>
    public int Available => _end - _start;

    public ReadOnlySpan<byte> Ready => _buffer.AsSpan(_start, Available);

    /// <summary>Makes bytes ready.</summary>
    /// <param name="count">How many, at most the length of one tar block.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>Whether there are that many before the end.</returns>
    public async ValueTask<bool> EnsureAsync(int count, CancellationToken cancellationToken)
    {
        if (Available >= count)
            return true;
        Ready.CopyTo(_buffer);
        _end = Available;
        _start = 0;
        var read = await tar.ReadAtLeastAsync(_buffer.AsMemory(_end), count - _end, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        diffId.AppendData(_buffer, _end, read);
        _end += read;
        return Available >= count;
    }

    /// <summary>Makes zeros ready that the tar lacks at its end. Nothing else may be ready.</summary>
    /// <param name="count">How many, at most the length of two tar blocks.</param>
    public void AddZeros(int count)
    {
        (_start, _end) = (0, count);
        _buffer.AsSpan(0, count).Clear();
        diffId.AppendData(_buffer, 0, count);
    }

    /// <summary>Moves ready bytes.</summary>
    public void Take(int count, PooledBuffer target)
    {
        target.Write(_buffer.AsSpan(_start, count));
        _start += count;
        Position += count;
    }
}
