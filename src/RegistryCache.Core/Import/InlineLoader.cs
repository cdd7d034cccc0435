using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;

namespace RegistryCache.Core.Import;

/// <summary>Reads the caches in an image, or in all images below an index. An index often names manifests that are missing (in a copy of
/// one platform) or that are not images (a signature, an SBOM). These are skipped and reported. Not thread-safe.</summary>
internal sealed class InlineLoader(OpenPlace place, CacheFormatLimits limits)
{
    private readonly List<(Descriptor Descriptor, string Reason)> _skipped = [];
    private RegistryCacheException? _firstError;
    private bool _readAny;

    public IReadOnlyList<(Descriptor Descriptor, string Reason)> Skipped => _skipped;

    public async Task<CacheGraph?> LoadAsync(Digest digest, CacheManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Form == CacheManifestForm.ImageManifest)
            return await ReadImageAsync(digest, manifest, cancellationToken).ConfigureAwait(false);
        var graphs = new List<CacheGraph>();
        var seen = new HashSet<Digest> { digest };
        var open = new Queue<Descriptor>(manifest.Entries);
        while (open.TryDequeue(out var child))
        {
            if (!seen.Add(child.Digest))
                continue;
            if (seen.Count > limits.MaxChildManifests)
            {
                throw new LimitExceededException(
                    $"The number of manifests in the index of {place.Store.DisplayName}",
                    $"{nameof(CacheFormatLimits)}.{nameof(limits.MaxChildManifests)}",
                    limits.MaxChildManifests);
            }

            if (await TryReadAsync(child, open, cancellationToken).ConfigureAwait(false) is { } graph)
                graphs.Add(graph);
        }

        // If nothing could be read, the source has failed. It is not an image without a cache.
        if (!_readAny && _firstError is not null)
            throw _firstError;
        return graphs.Count == 0 ? null : CacheGraph.Union(graphs, limits.MaxMergeSteps);
    }

    private async Task<CacheGraph?> TryReadAsync(Descriptor child, Queue<Descriptor> open, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await place.ReadImageManifestAsync(child.Digest, cancellationToken).ConfigureAwait(false);
            if (manifest.Form == CacheManifestForm.ImageManifest)
            {
                var graph = await ReadImageAsync(child.Digest, manifest, cancellationToken).ConfigureAwait(false);
                _readAny = true;
                return graph;
            }

            foreach (var entry in manifest.Entries)
                open.Enqueue(entry);
            _readAny |= manifest.Entries.Count == 0;
        }
        catch (RegistryCacheException e) when (IsAboutContent(e))
        {
            _firstError ??= e;
            var isNamedManifest = child.MediaType.Length == 0 || MediaTypes.IsManifest(child.MediaType);
            _skipped.Add((
                child,
                isNamedManifest ? e.Message : $"Its media type '{ErrorText.Quote(child.MediaType)}' is not that of a manifest."));
        }

        return null;
    }

    /// <summary>Whether the manifest itself is bad. If a registry does not answer or denies access, the whole source fails.</summary>
    public static bool IsAboutContent(RegistryCacheException e) =>
        e is ContentNotFoundException or CacheFormatException or ContentMismatchException or LimitExceededException;

    private async Task<CacheGraph?> ReadImageAsync(Digest digest, CacheManifest image, CancellationToken cancellationToken)
    {
        if (image.Config is not { } config || image.Entries.Count == 0)
            return null;
        var what = $"image {digest} in {place.Store.DisplayName}";
        var json = await place.ReadConfigAsync(config, $"config of {what}", cancellationToken).ConfigureAwait(false);
        return InlineCacheReader.Read(image, ImageConfigReader.Read(json, $"config of {what}"), place.Layer, what, limits);
    }
}
