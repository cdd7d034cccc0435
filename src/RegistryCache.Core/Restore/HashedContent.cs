using System.Security.Cryptography;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.Restore;

/// <summary>The content of an entry, and the SHA-256 of its bytes once they were all read. Holes count as zeros.</summary>
internal sealed class HashedContent(IEntryContent inner, long size) : IEntryContent, IDisposable
{
    private static readonly byte[] Zeros = new byte[64 * 1024];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>The hash; <see langword="null"/> as long as there is more to read.</summary>
    public byte[]? Result { get; private set; }

    public async ValueTask<(long Offset, ReadOnlyMemory<byte> Data)> ReadAsync(CancellationToken cancellationToken)
    {
        var piece = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        AddZeros((piece.Data.IsEmpty ? size : piece.Offset) - _length);
        _hash.AppendData(piece.Data.Span);
        _length += piece.Data.Length;
        if (piece.Data.IsEmpty)
            Result ??= _hash.GetHashAndReset();
        return piece;
    }

    public void Dispose() => _hash.Dispose();

    private void AddZeros(long count)
    {
        for (; count > 0; count -= Zeros.Length)
        {
            var length = (int)Math.Min(count, Zeros.Length);
            _hash.AppendData(Zeros, 0, length);
            _length += length;
        }
    }
}
