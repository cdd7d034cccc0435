using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.Streams;

/// <summary>Random access to a spool, which stays open.</summary>
internal sealed class SpoolRangeReader(SafeFileHandle file, long length) : ByteRangeReader
{
    public override long Length => length;

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(file, buffer[..(int)Math.Clamp(length - offset, 0, buffer.Length)], offset, cancellationToken);
}
