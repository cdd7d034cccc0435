using RegistryCache.Core.Streams;

namespace RegistryCache.Core.LocalBlobs;

/// <summary>Verifies a blob that is read from its copy. Damage is found block by block. Only a copy that somebody has forged gets as far as
/// the digest; it is removed.</summary>
internal sealed class LocalBlobStream(LocalBlobReader inner, Descriptor blob, LocalBlobDirectory directory)
    : VerifyingReadStream(inner, blob)
{
    private readonly Digest _digest = blob.Digest;

    internal override bool IsLocalCopy => inner.IsLocalCopy;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (ContentMismatchException)
        {
            directory.Remove(_digest);
            throw;
        }
    }
}
