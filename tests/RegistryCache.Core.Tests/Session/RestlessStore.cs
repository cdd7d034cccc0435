using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>A store in which somebody else is always faster: no tag can be moved on a condition.</summary>
internal sealed class RestlessStore(InMemoryContentStore inner) : IContentStore, IConditionalTagStore
{
    public string DisplayName => inner.DisplayName;

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken) => inner.FindBlobAsync(digest, cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken) => inner.OpenBlobAsync(descriptor, cancellationToken);

    public Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        inner.OpenBlobRangesAsync(descriptor, cancellationToken);

    public Task<BlobPushResult> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        inner.PushBlobAsync(descriptor, source, progress, cancellationToken);

    public Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        inner.ResolveManifestAsync(reference, cancellationToken);

    public Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken) =>
        inner.FetchManifestAsync(reference, maxBytes, cancellationToken);

    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken) =>
        inner.PushManifestAsync(manifest, tag, cancellationToken);

    public Task<bool> TryPushManifestAsync(ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
