using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Consecutive bytes of a tar in a rented array, after the history that precedes them. Disposing returns the array.</summary>
internal sealed class TarBlock(ArrayPool<byte> arrays, byte[] array, int historyLength, int length) : IDisposable
{
    private byte[] _array = array;

    public int HistoryLength => historyLength;

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(historyLength, length);

    public ReadOnlySpan<byte> WithHistory => _array.AsSpan(0, historyLength + length);

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
        var end = WithHistory[^Math.Min(history.Length, historyLength + length)..];
        end.CopyTo(history);
        return end.Length;
    }

    public void Dispose()
    {
        if (_array.Length == 0)
            return;
        arrays.Return(_array);
        _array = [];
    }
}
