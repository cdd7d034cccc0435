using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>A store in which something happens after the first blob was pushed.</summary>
internal sealed class TurningStore(InMemoryContentStore inner, Func<Task> afterFirstBlob) : IContentStore
{
    private int _pushes;

    public string DisplayName => inner.DisplayName;

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken) => inner.FindBlobAsync(digest, cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken) => inner.OpenBlobAsync(descriptor, cancellationToken);

    public Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        inner.OpenBlobRangesAsync(descriptor, cancellationToken);

    public async Task<(BlobPushOutcome Outcome, long BytesSent)> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var result = await inner.PushBlobAsync(descriptor, source, progress, cancellationToken);
        if (Interlocked.Increment(ref _pushes) == 1)
            await afterFirstBlob();
        return result;
    }

    public Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        inner.ResolveManifestAsync(reference, cancellationToken);

    public Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken) =>
        inner.FetchManifestAsync(reference, maxBytes, cancellationToken);

    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken) =>
        inner.PushManifestAsync(manifest, tag, cancellationToken);
}
