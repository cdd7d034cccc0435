using RegistryCache.Core.Content;
using RegistryCache.Core.Errors;
using RegistryCache.Core.Format;
using RegistryCache.Core.Graph;
using RegistryCache.Core.Storage;

namespace RegistryCache.Core.Import;

/// <summary>Reference → manifest → form → config → graph, for one store.</summary>
internal sealed class CacheLoader(IReadOnlyContentStore store, CacheFormatLimits limits)
{
    private const string ConfigLimit = $"{nameof(CacheFormatLimits)}.{nameof(CacheFormatLimits.MaxConfigBytes)}";

    /// <summary>Reads the cache, or returns <see langword="null"/> when the manifest does not exist.</summary>
    public async Task<LoadedCache?> LoadAsync(ManifestReference reference, CancellationToken cancellationToken)
    {
        var content = await store.FetchManifestAsync(reference, limits.MaxManifestBytes, cancellationToken).ConfigureAwait(false);
        if (content is null)
            return null;
        var what = $"manifest {content.Descriptor.Digest} in {store.DisplayName}";
        var manifest = CacheManifestReader.Read(content.Bytes.Span, what);
        if (manifest.CacheConfig is not { } config)
        {
            var inline = await LoadInlineAsync(content, manifest, cancellationToken).ConfigureAwait(false);
            return new LoadedCache(content.Descriptor, manifest.Form, Config: null, inline);
        }

        var json = await ReadConfigAsync(config, $"cache config {config.Digest} in {store.DisplayName}", cancellationToken).ConfigureAwait(false);
        return new LoadedCache(content.Descriptor, manifest.Form, config, ReadGraph(manifest, config, json));
    }

    private CacheGraph ReadGraph(CacheManifest manifest, Descriptor config, byte[] json)
    {
        var what = $"cache config {config.Digest} in {store.DisplayName}";
        var layers = new Dictionary<string, CacheLayer>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
            layers[entry.Digest.ToString()] = Layer(entry);
        return CacheConfigReader.Read(CacheConfigParser.Parse(json, what, limits), layers, what, limits);
    }

    /// <summary>The union of the caches in an image, or in all images below an index; <see langword="null"/> when there is none.</summary>
    private async Task<CacheGraph?> LoadInlineAsync(ManifestContent top, CacheManifest manifest, CancellationToken cancellationToken)
    {
        var graphs = new List<CacheGraph>();
        var seen = new HashSet<Digest> { top.Descriptor.Digest };
        var open = new Queue<(Digest Digest, CacheManifest Manifest)>([(top.Descriptor.Digest, manifest)]);
        while (open.TryDequeue(out var next))
        {
            if (next.Manifest.Form == CacheManifestForm.ImageManifest)
            {
                if (await ReadInlineAsync(next.Digest, next.Manifest, cancellationToken).ConfigureAwait(false) is { } graph)
                    graphs.Add(graph);
                continue;
            }

            foreach (var child in next.Manifest.Entries)
            {
                if (!seen.Add(child.Digest))
                    continue;
                if (seen.Count > limits.MaxChildManifests)
                    throw new LimitExceededException($"The index in {store.DisplayName}", $"{nameof(CacheFormatLimits)}.{nameof(limits.MaxChildManifests)}", limits.MaxChildManifests);
                open.Enqueue((child.Digest, await ReadChildAsync(child, cancellationToken).ConfigureAwait(false)));
            }
        }

        return graphs.Count == 0 ? null : CacheUnion.Of(graphs, limits);
    }

    private async Task<CacheManifest> ReadChildAsync(Descriptor child, CancellationToken cancellationToken)
    {
        var reference = ManifestReference.ByDigest(child.Digest);
        var content = await store.FetchManifestAsync(reference, limits.MaxManifestBytes, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException($"Manifest {child.Digest}", store.DisplayName);
        return CacheManifestReader.Read(content.Bytes.Span, $"manifest {child.Digest} in {store.DisplayName}");
    }

    private async Task<CacheGraph?> ReadInlineAsync(Digest digest, CacheManifest image, CancellationToken cancellationToken)
    {
        if (image.Config is not { } config || image.Entries.Count == 0)
            return null;
        var what = $"image {digest} in {store.DisplayName}";
        var json = await ReadConfigAsync(config, $"config of {what}", cancellationToken).ConfigureAwait(false);
        return InlineCacheReader.Read(image, ImageConfigReader.Read(json, $"config of {what}"), Layer, what, limits);
    }

    private async Task<byte[]> ReadConfigAsync(Descriptor config, string what, CancellationToken cancellationToken)
    {
        // The size is only what the manifest claims, but a claim above the limit needs no request.
        if (config.Size > limits.MaxConfigBytes)
            throw new LimitExceededException(what, ConfigLimit, limits.MaxConfigBytes, config.Size);
        var stream = await new StoreBlobSource(store, config).OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await BoundedRead.ToArrayAsync(stream, limits.MaxConfigBytes, what, ConfigLimit, cancellationToken).ConfigureAwait(false);
    }

    private CacheLayer Layer(Descriptor descriptor) => new(descriptor, new StoreBlobSource(store, descriptor));
}
