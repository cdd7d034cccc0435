using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Oci.Layout;

internal sealed class FileByteRangeReader(SafeFileHandle? handle, long length) : ByteRangeReader
{
    public override long Length => length;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        var wanted = (int)Math.Min(buffer.Length, Math.Max(0, length - offset));
        var done = 0;
        while (done < wanted && handle is not null)
        {
            var read = await RandomAccess.ReadAsync(handle, buffer[done..wanted], offset + done, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                break;
            done += read;
        }

        return done;
    }

    public override ValueTask DisposeAsync()
    {
        handle?.Dispose();
        return base.DisposeAsync();
    }
}
