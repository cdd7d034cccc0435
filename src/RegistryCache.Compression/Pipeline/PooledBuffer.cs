using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>A write-only stream into one rented array. Disposing gives the array back.</summary>
internal sealed class PooledBuffer : Stream
{
    private readonly ArrayPool<byte> _arrays;
    private byte[] _array;
    private int _length;

    public PooledBuffer(ArrayPool<byte> arrays, int capacity)
    {
        _arrays = arrays;
        _array = arrays.Rent(capacity);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    /// <summary>Room for at least <paramref name="count"/> more bytes; follow with <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_array.Length - _length < count)
            Grow(count);
        return _array.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>Drops everything behind a length.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(Reserve(buffer.Length));
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _array.Length > 0)
        {
            _arrays.Return(_array);
            _array = [];
            _length = 0;
        }

        base.Dispose(disposing);
    }

    private void Grow(int count)
    {
        var doubled = (int)Math.Min(_array.Length * 2L, Array.MaxLength);
        var larger = _arrays.Rent(Math.Max(checked(_length + count), doubled));
        _array.AsSpan(0, _length).CopyTo(larger);
        _arrays.Return(_array);
        _array = larger;
    }
}
