using RegistryCache.Core.Format;
using RegistryCache.Storage;

namespace RegistryCache.Core.Import;

/// <summary>Reference → manifest → form → config → graph, for one store.</summary>
internal sealed class CacheLoader(IReadOnlyContentStore store, CacheFormatLimits limits)
{
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
            var images = new InlineLoader(store, limits);
            var inline = await images.LoadAsync(content.Descriptor.Digest, manifest, cancellationToken).ConfigureAwait(false);
            return new LoadedCache(content.Descriptor, manifest.Form, Config: null, inline) { LeftOut = images.LeftOut };
        }

        return new LoadedCache(content.Descriptor, manifest.Form, config, await LoadGraphAsync(manifest, config, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads the graph of a cache whose manifest is known.</summary>
    public async Task<CacheGraph> LoadGraphAsync(CacheManifest manifest, Descriptor config, CancellationToken cancellationToken)
    {
        var json = await ConfigReader.ReadAsync(store, config, $"cache config {config.Digest} in {store.DisplayName}", limits, cancellationToken).ConfigureAwait(false);
        return ReadGraph(manifest, config, json);
    }

    private CacheGraph ReadGraph(CacheManifest manifest, Descriptor config, byte[] json)
    {
        var what = $"cache config {config.Digest} in {store.DisplayName}";
        var layers = new Dictionary<string, CacheLayer>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
            layers[entry.Digest.ToString()] = Layer(entry);
        return CacheConfigReader.Read(CacheConfigParser.Parse(json, what, limits), layers, what, limits);
    }

    private CacheLayer Layer(Descriptor descriptor) => new(descriptor, new StoreBlobSource(store, descriptor));
}
