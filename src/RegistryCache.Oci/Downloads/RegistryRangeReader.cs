using RegistryCache.Oci.Hosts;

namespace RegistryCache.Oci.Downloads;

/// <summary>Random access to a blob. Each read is a Range request that resumes like other downloads.</summary>
internal sealed class RegistryRangeReader(RepositoryContext repository, Descriptor blob, long wholeBytes = 0) : ByteRangeReader
{
    public override long Length => blob.Size;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        var count = (int)Math.Min(buffer.Length, Math.Max(0, blob.Size - offset));
        if (count == 0)
            return 0;
        var slots = repository.Transport.Host.State.ReadSlots;
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        var stream = new ResumingReadStream(repository, blob, offset, offset + count, () => slots.Release(), wholeBytes);
        await using (stream.ConfigureAwait(false))
            return await stream.ReadAtLeastAsync(buffer[..count], count, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
    }
}
