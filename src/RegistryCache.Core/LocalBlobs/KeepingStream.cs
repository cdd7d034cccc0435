using RegistryCache.Core.Streams;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>Verifies a blob while it is read, and keeps a copy if it is read to its end.</summary>
internal sealed class KeepingStream(Stream inner, Descriptor blob, LocalBlobWrite copy) : VerifyingReadStream(inner, blob)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read > 0)
            await copy.AppendAsync(buffer[..read], cancellationToken).ConfigureAwait(false);

        // The last bytes are verified before they are returned.
        if (read > 0 && Position == Length)
            await copy.CommitAsync(cancellationToken).ConfigureAwait(false);
        return read;
    }

    protected override ValueTask CloseAsync()
    {
        copy.Dispose();
        return base.CloseAsync();
    }
}
