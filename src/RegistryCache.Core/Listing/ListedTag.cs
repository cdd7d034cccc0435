using System.Collections.Immutable;

namespace RegistryCache.Core.Listing;

/// <summary>What the listing found under one tag: a cache and its layers, an error, or neither.</summary>
internal sealed record ListedTag(string Tag)
{
    public CacheTag? Cache { get; init; }

    public IReadOnlyDictionary<Digest, long> Blobs { get; init; } = ImmutableDictionary<Digest, long>.Empty;

    public RegistryCacheException? Error { get; init; }
}
