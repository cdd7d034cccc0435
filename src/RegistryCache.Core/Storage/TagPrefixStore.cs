using RegistryCache.Storage;

namespace RegistryCache.Core.Storage;

/// <summary>A part of a store: the tags that start with a name and a colon.</summary>
internal class TagPrefixStore(IContentStore store, string prefix) : IContentStore
{
    public string DisplayName => $"{prefix} in {store.DisplayName}";

    public BlobOrigin? Origin => store.Origin;

    public Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken) => store.FindBlobAsync(digest, cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        store.OpenBlobAsync(descriptor, cancellationToken);

    public Task<ByteRangeReader> OpenBlobRangesAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        store.OpenBlobRangesAsync(descriptor, cancellationToken);

    public Task<BlobPushResult> PushBlobAsync(
        Descriptor descriptor, BlobSource source, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        store.PushBlobAsync(descriptor, source, progress, cancellationToken);

    public Task<Descriptor?> ResolveManifestAsync(ManifestReference reference, CancellationToken cancellationToken) =>
        store.ResolveManifestAsync(Prefixed(reference), cancellationToken);

    public Task<ManifestContent?> FetchManifestAsync(ManifestReference reference, long maxBytes, CancellationToken cancellationToken) =>
        store.FetchManifestAsync(Prefixed(reference), maxBytes, cancellationToken);

    public Task PushManifestAsync(ManifestContent manifest, string? tag, CancellationToken cancellationToken) =>
        store.PushManifestAsync(manifest, tag is null ? null : Prefixed(tag), cancellationToken);

    protected string Prefixed(string tag) => $"{prefix}:{tag}";

    private ManifestReference Prefixed(ManifestReference reference) =>
        reference.Tag is { } tag ? ManifestReference.ByTag(Prefixed(tag)) : reference;
}
