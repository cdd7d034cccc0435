using RegistryCache.Core.Verification;
using RegistryCache.Storage;

namespace RegistryCache.Core.Healing;

/// <summary>A store whose damaged manifest and config are read from another place. Everything is written to the store itself.</summary>
internal sealed class PatchedStore(IContentStore damaged) : DelegatingContentStore(damaged)
{
    public ManifestContent? Manifest { get; init; }

    public (Descriptor Descriptor, BlobSource Content)? Config { get; init; }

    public override async Task<ManifestContent?> FetchManifestAsync(
        ManifestReference reference, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await Inner.FetchManifestAsync(reference, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (Manifest is not null && BlobFault.Of(e) is not null)
        {
            return Manifest;
        }
    }

    public override async Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await Inner.ResolveManifestAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (Manifest is not null && BlobFault.Of(e) is not null)
        {
            return Manifest.Descriptor;
        }
    }

    public override async Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Config is { } config && config.Descriptor.Digest == descriptor.Digest
            ? await config.Content.OpenReadAsync(cancellationToken).ConfigureAwait(false)
            : await Inner.OpenBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
}
