namespace RegistryCache.Core.Format;

/// <summary>A manifest, whichever its form, as the format sees it.</summary>
/// <param name="Form">The form, detected from the members.</param>
/// <param name="Config">The config of an image manifest, or the cache config among the entries of an index; <see langword="null"/> when
/// there is none.</param>
/// <param name="Entries">Layers of an image manifest; every entry of an index that is not a cache config.</param>
internal sealed record CacheManifest(CacheManifestForm Form, Descriptor? Config, IReadOnlyList<Descriptor> Entries)
{
    /// <summary>The cache config, or <see langword="null"/> when the manifest is an image or an index of images.</summary>
    public Descriptor? CacheConfig => Config?.MediaType == MediaTypes.CacheConfig ? Config : null;
}
