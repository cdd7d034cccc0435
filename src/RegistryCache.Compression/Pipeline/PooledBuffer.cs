using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Collects bytes in one rented array. Disposing returns the array.</summary>
internal sealed class PooledBuffer(ArrayPool<byte> arrays, int capacity) : IDisposable
{
    private byte[] _array = arrays.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_array.Length - Length < bytes.Length)
            Grow(bytes.Length);
        bytes.CopyTo(_array.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Dispose()
    {
        if (_array.Length == 0)
            return;
        arrays.Return(_array);
        _array = [];
        Length = 0;
    }

    private void Grow(int count)
    {
        var doubled = (int)Math.Min(_array.Length * 2L, Array.MaxLength);
        var larger = arrays.Rent(Math.Max(checked(Length + count), doubled));
        _array.AsSpan(0, Length).CopyTo(larger);
        arrays.Return(_array);
        _array = larger;
    }
}
