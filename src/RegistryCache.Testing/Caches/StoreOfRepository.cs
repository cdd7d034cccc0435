using RegistryCache.Storage;

namespace RegistryCache.Testing.Caches;

/// <summary>Copies caches between a repository of a registry and a store in memory, without a request.</summary>
internal static class StoreOfRepository
{
    /// <summary>Where the store in memory has the cache.</summary>
    public const string Place = "type=registry,ref=" + Name;

    private const string Name = "registry.test/cache:main";

    public static async Task CopyAsync(
        InMemoryContentStore store, TestRepository repository, string tag, CancellationToken cancellationToken)
    {
        foreach (var digest in store.BlobDigests)
        {
            var size = await store.FindBlobAsync(digest, cancellationToken).ConfigureAwait(false) ?? 0;
            var stream = await store.OpenBlobAsync(new Descriptor("", digest, size), cancellationToken).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            var bytes = new byte[size];
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            repository.PutBlob(bytes, digest.ToString());
        }

        foreach (var digest in store.ManifestDigests)
        {
            var manifest = await store.FetchManifestAsync(ManifestReference.ByDigest(digest), long.MaxValue, cancellationToken)
                .ConfigureAwait(false);
            repository.PutManifest(manifest!.Bytes, manifest.Descriptor.MediaType, store.Tags.Values.Contains(digest) ? tag : null);
        }
    }

    /// <summary>A store with the cache of a tag at <see cref="Place"/>; with nothing there when the repository has no such tag.</summary>
    public static async Task<InMemoryContentStore> ReadAsync(TestRepository repository, string tag, CancellationToken cancellationToken)
    {
        var store = new InMemoryContentStore($"the repository {repository.Name}");
        foreach (var digest in repository.Blobs.Keys)
            store.OverwriteBlob(Digest.Parse(digest), repository.ReadBlob(digest));
        var tagged = repository.Tags.GetValueOrDefault(tag);
        foreach (var (digest, mediaType) in repository.Manifests)
        {
            var manifest = new ManifestContent(mediaType, repository.ReadManifest(digest)!);
            await store.PushManifestAsync(manifest, digest == tagged ? Name : null, cancellationToken).ConfigureAwait(false);
        }

        return store;
    }
}
