using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.Streams;

/// <summary>Reads an open file at its own position, so that several readers can share a file that has no name.</summary>
internal sealed class SpoolReadStream(SafeFileHandle file, long length) : ForwardReadStream
{
    private long _position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - _position)];
        if (wanted.IsEmpty)
            return 0;
        var read = await RandomAccess.ReadAsync(file, wanted, _position, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }
}
