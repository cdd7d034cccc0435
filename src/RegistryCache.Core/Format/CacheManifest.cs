using System.Collections.Immutable;

namespace RegistryCache.Core.Format;

/// <summary>A manifest of any form, with its config and its other entries: the layers of an image manifest, or what an index lists. The
/// config of an index is the cache config among its entries.</summary>
internal sealed record CacheManifest(CacheManifestForm Form, Descriptor? Config, IReadOnlyList<Descriptor> Entries)
{
    /// <summary>The cache config, or <see langword="null"/> when the manifest is an image or an index of images.</summary>
    public Descriptor? CacheConfig => Config?.MediaType == MediaTypes.CacheConfig ? Config : null;

    /// <summary>The annotations of the manifest itself, where some writers name themselves.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;
}
