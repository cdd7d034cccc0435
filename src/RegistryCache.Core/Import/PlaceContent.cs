using System.Collections.Immutable;
using RegistryCache.Core.Graph;

namespace RegistryCache.Core.Import;

/// <summary>What a place holds: a cache, something else, or a cache that cannot be read. The digest is that of the manifest.</summary>
internal sealed record PlaceContent(Digest? Digest)
{
    /// <summary>The manifest of a cache, or of images that may contain one.</summary>
    public Descriptor? Manifest { get; init; }

    public CacheManifestForm? Form { get; init; }

    /// <summary>The size of each layer that the manifest names.</summary>
    public IReadOnlyDictionary<Digest, long> LayerSizes { get; init; } = ImmutableDictionary<Digest, long>.Empty;

    /// <summary>The annotations of the manifest.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The config of a cache that can be read; <see langword="null"/> for images.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The config that the manifest of a cache names, even if it cannot be read.</summary>
    public Descriptor? NamedConfig { get; init; }

    /// <summary>The cache; <see langword="null"/> when there is none, or it cannot be read.</summary>
    public CacheGraph? Graph { get; init; }

    /// <summary>Layers that the manifest names and the store has lost, if a writer had to look. Then <see cref="Graph"/> has no result
    /// that needs them.</summary>
    public IReadOnlyList<Digest> Lost { get; init; } = [];

    /// <summary>The entries of an image index that were skipped.</summary>
    public IReadOnlyList<(Descriptor Descriptor, string Reason)> Skipped { get; init; } = [];

    /// <summary>What it is instead of a cache, such as <c>an image</c>.</summary>
    public string? Other { get; init; }

    /// <summary>Why it cannot be read: the manifest or the config is missing, damaged or malformed.</summary>
    public RegistryCacheException? Problem { get; init; }

    /// <summary>The same cache without the results that need one of some layers.</summary>
    public PlaceContent Without(IReadOnlyCollection<Digest> lost) => this with
    {
        Graph = new LostResults(Graph!, lost.Contains).RemoveFrom(Graph!, layer => layer),
        Lost = [.. Lost, .. lost.Order()],
    };
}
