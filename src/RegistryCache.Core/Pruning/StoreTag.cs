using RegistryCache.Core.Import;
using RegistryCache.Storage;

namespace RegistryCache.Core.Pruning;

/// <summary>A tag of a store: its manifest, the cache if the rules speak of it, and what the tag needs, with sizes.</summary>
internal sealed record StoreTag(string Name, ManifestContent Manifest)
{
    public Digest Digest => Manifest.Descriptor.Digest;

    public PlaceContent? Cache { get; init; }

    /// <summary>Why there is no cache although one was asked for.</summary>
    public string? Problem { get; init; }

    public Dictionary<Digest, long> Needs { get; } = [];

    /// <summary>Whether everything is known that the tag needs.</summary>
    public bool IsKnown { get; init; } = true;
}
