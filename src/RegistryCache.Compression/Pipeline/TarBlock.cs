namespace RegistryCache.Compression.Pipeline;

/// <summary>Consecutive bytes of a tar in a rented array. Disposing gives the array back.</summary>
internal sealed class TarBlock : IDisposable
{
    private byte[] _array;
    private readonly int _length;

    private TarBlock(byte[] array, int length)
    {
        _array = array;
        _length = length;
    }

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, _length);

    /// <summary>Reads the next block: full but for the last, <see langword="null"/> at the end.</summary>
    public static async ValueTask<TarBlock?> ReadAsync(Stream tar, int length, CancellationToken cancellationToken)
    {
        var array = BlockPool.Arrays.Rent(length);
        var read = await tar.ReadAtLeastAsync(array.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read > 0)
            return new TarBlock(array, read);
        BlockPool.Arrays.Return(array);
        return null;
    }

    public void Dispose()
    {
        if (_array.Length == 0)
            return;
        BlockPool.Arrays.Return(_array);
        _array = [];
    }
}
