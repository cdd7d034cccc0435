using System.Runtime.CompilerServices;
using RegistryCache.Core.Import;
using RegistryCache.Core.Storage;
using RegistryCache.Core.Verification;
using RegistryCache.Storage;

namespace RegistryCache.Core.Healing;

/// <summary>Looks in other places for what a cache has lost. A place without a cache may have the blobs all the same. Not
/// thread-safe.</summary>
internal sealed class LostContent(IReadOnlyList<OpenPlace> others)
{
    private IReadOnlyList<(OpenPlace Place, CacheLayer Layer)>? _layers;

    /// <summary>The manifest with a digest.</summary>
    public async Task<(ManifestContent Manifest, string From)?> FindManifestAsync(
        Digest digest, long maxBytes, CancellationToken cancellationToken)
    {
        foreach (var other in others)
        {
            try
            {
                var found = await other.Store.FetchManifestAsync(ManifestReference.ByDigest(digest), maxBytes, cancellationToken)
                    .ConfigureAwait(false);
                if (found is not null)
                    return (found, other.Store.DisplayName);
            }
            catch (RegistryCacheException e) when (BlobFault.Of(e) is not null)
            {
                // Damaged there too.
            }
        }

        return null;
    }

    /// <summary>The places that have a blob with its size. Whether its bytes are right is seen when it is read.</summary>
    public async IAsyncEnumerable<(CacheLayer Layer, string From)> FindBlobAsync(
        Descriptor blob, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var other in others)
        {
            if (await other.Store.FindBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false) == blob.Size)
                yield return (new CacheLayer(blob, new StoreBlobSource(other.Store, blob)), other.Store.DisplayName);
        }
    }

    /// <summary>The layers of other caches that are another blob with the same content.</summary>
    public async IAsyncEnumerable<(CacheLayer Layer, string From)> FindContentAsync(
        CacheLayer lost, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (lost.DiffId is not { } diffId)
            yield break;
        foreach (var (place, layer) in _layers ??= await ReadLayersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (layer.DiffId == diffId && layer.Digest != lost.Digest)
                yield return (layer, place.Store.DisplayName);
        }
    }

    private async Task<IReadOnlyList<(OpenPlace, CacheLayer)>> ReadLayersAsync(CancellationToken cancellationToken)
    {
        var layers = new List<(OpenPlace, CacheLayer)>();
        foreach (var other in others)
        {
            try
            {
                var found = await other.ImportAsync(cancellationToken).ConfigureAwait(false);
                layers.AddRange((found?.Graph ?? CacheGraph.Empty).ChainsParentsFirst().Select(c => c.Top).DistinctBy(l => l.Digest)
                    .Select(l => (other, l)));
            }
            catch (RegistryCacheException e) when (BlobFault.Of(e) is not null)
            {
                // Its blobs are still found by their digests.
            }
        }

        return layers;
    }
}
