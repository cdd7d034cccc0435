using System.Collections.Concurrent;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;
using RegistryCache.Core.Import;
using RegistryCache.Storage;

namespace RegistryCache.Core.Pruning;

/// <summary>Finds out what manifests need: their configs and layers, the manifests of an index with theirs, and so on.</summary>
internal sealed class StoreNeeds(IContentStore store, CacheFormatLimits limits)
{
    private readonly ConcurrentDictionary<Digest, bool> _manifests = new();

    /// <summary>Whether a digest is that of a manifest that was read.</summary>
    public bool IsManifest(Digest digest) => _manifests.ContainsKey(digest);

    /// <summary>Adds a manifest and all that it needs. What is missing is not needed by anybody.</summary>
    /// <returns>Whether everything could be read.</returns>
    public async Task<bool> AddAsync(ManifestContent manifest, Dictionary<Digest, long> needs, CancellationToken cancellationToken)
    {
        var isKnown = true;
        var open = new Queue<ManifestContent>([manifest]);
        var asked = 0;
        while (open.TryDequeue(out var next))
        {
            if (!needs.TryAdd(next.Descriptor.Digest, next.Descriptor.Size))
                continue;
            _manifests[next.Descriptor.Digest] = true;
            CacheManifest read;
            try
            {
                read = CacheManifestReader.Read(next.Bytes.Span, $"manifest {next.Descriptor.Digest} in {store.DisplayName}");
            }
            catch (CacheFormatException)
            {
                isKnown = false;
                continue;
            }

            foreach (var entry in read.Config is { } config ? read.Entries.Append(config) : read.Entries)
            {
                if (!MediaTypes.IsManifest(entry.MediaType))
                {
                    if (MediaTypes.ToDistributable(entry.MediaType) == entry.MediaType)
                        needs[entry.Digest] = entry.Size;
                }
                else if (++asked > limits.MaxChildManifests)
                {
                    isKnown = false;
                }
                else if (!needs.ContainsKey(entry.Digest)
                    && await FetchAsync(ManifestReference.ByDigest(entry.Digest), cancellationToken).ConfigureAwait(false) is { } child)
                {
                    open.Enqueue(child);
                }
            }
        }

        return isKnown;
    }

    /// <summary>Adds the manifests that name some others as their subject, with all that they need and their own referrers.</summary>
    /// <returns>The referrers.</returns>
    public async Task<IReadOnlyList<Digest>> AddReferrersAsync(
        IEnumerable<Digest> subjects, Dictionary<Digest, long> needs, CancellationToken cancellationToken)
    {
        var found = new List<Digest>();
        var open = new Queue<Digest>(subjects);
        while (open.TryDequeue(out var subject) && found.Count < limits.MaxChildManifests)
        {
            await foreach (var referrer in store.ListReferrersAsync(subject, cancellationToken).ConfigureAwait(false))
            {
                var reference = ManifestReference.ByDigest(referrer.Digest);
                if (needs.ContainsKey(referrer.Digest)
                    || await FetchAsync(reference, cancellationToken).ConfigureAwait(false) is not { } manifest)
                    continue;
                await AddAsync(manifest, needs, cancellationToken).ConfigureAwait(false);
                found.Add(referrer.Digest);
                open.Enqueue(referrer.Digest);
            }
        }

        return found;
    }

    public async Task<ManifestContent?> FetchAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FetchManifestAsync(reference, limits.MaxManifestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryCacheException e) when (InlineLoader.IsAboutContent(e))
        {
            return null;
        }
    }
}
