using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Consecutive bytes of a tar in a rented array. Disposing gives the array back.</summary>
internal sealed class TarBlock : IDisposable
{
    private readonly ArrayPool<byte> _arrays;
    private readonly int _length;
    private byte[] _array;

    private TarBlock(ArrayPool<byte> arrays, byte[] array, int length)
    {
        _arrays = arrays;
        _array = array;
        _length = length;
    }

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, _length);

    /// <summary>Reads the next block: full but for the last, <see langword="null"/> at the end.</summary>
    public static async ValueTask<TarBlock?> ReadAsync(Stream tar, int length, ArrayPool<byte> arrays, CancellationToken cancellationToken)
    {
        var array = arrays.Rent(length);
        var read = await tar.ReadAtLeastAsync(array.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read > 0)
            return new TarBlock(arrays, array, read);
        arrays.Return(array);
        return null;
    }

    public void Dispose()
    {
        if (_array.Length == 0)
            return;
        _arrays.Return(_array);
        _array = [];
    }
}
