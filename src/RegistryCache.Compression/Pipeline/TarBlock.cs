using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Consecutive bytes of a tar in a rented array, after the history that precedes them. Disposing returns the array.</summary>
internal sealed class TarBlock : IDisposable
{
    private readonly ArrayPool<byte> _arrays;
    private readonly int _length;
    private byte[] _array;

    private TarBlock(ArrayPool<byte> arrays, byte[] array, int historyLength, int length)
    {
        _arrays = arrays;
        _array = array;
        HistoryLength = historyLength;
        _length = length;
    }

    public int HistoryLength { get; }

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(HistoryLength, _length);

    public ReadOnlySpan<byte> WithHistory => _array.AsSpan(0, HistoryLength + _length);

    /// <summary>Reads the next block. All but the last are full. <see langword="null"/> at the end.</summary>
    public static async ValueTask<TarBlock?> ReadAsync(
        Stream tar, ReadOnlyMemory<byte> history, int length, ArrayPool<byte> arrays, CancellationToken cancellationToken)
    {
        var array = arrays.Rent(history.Length + length);
        history.CopyTo(array);
        var read = await tar.ReadAtLeastAsync(array.AsMemory(history.Length, length), length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (read > 0)
            return new TarBlock(arrays, array, history.Length, read);
        arrays.Return(array);
        return null;
    }

    /// <summary>Copies the history for the next block.</summary>
    /// <returns>The number of bytes copied.</returns>
    public int CopyEnd(Span<byte> history)
    {
        var end = WithHistory[^Math.Min(history.Length, HistoryLength + _length)..];
        end.CopyTo(history);
        return end.Length;
    }

    public void Dispose()
    {
        if (_array.Length == 0)
            return;
        _arrays.Return(_array);
        _array = [];
    }
}
