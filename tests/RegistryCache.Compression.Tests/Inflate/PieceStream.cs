
namespace RegistryCache.Compression.Tests.Inflate;

/// <summary>Bytes that arrive in pieces of a given length.</summary>
internal sealed class PieceStream(byte[] content, int piece) : ForwardReadStream
{
    private int _position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(Math.Min(buffer.Length, piece), content.Length - _position);
        content.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return ValueTask.FromResult(count);
    }
}
