using RegistryCache.Core.Errors;

namespace RegistryCache;

/// <summary>How to heal a cache. Immutable.</summary>
public sealed record CacheHealOptions
{
    /// <summary>Other places that may have what the cache has lost, in the order in which they are asked. Blobs are looked for by digest,
    /// so the tag or digest of a source matters only for layers that it has in another compression. Default: none.</summary>
    public IReadOnlyList<CacheSource> From { get; init => field = Option.NotNull(value); } = [];

    /// <summary>How to look for damages. By default layers are not read, so that a layer with the right size and wrong bytes is not
    /// found.</summary>
    public CacheVerifyOptions Verify { get; init => field = Option.NotNull(value); } = new();

    /// <summary>Whether to report what would be done, and to change nothing. Default <see langword="false"/>.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Receives how far the phase <see cref="CachePhase.Sending"/> is; <see langword="null"/> by default.</summary>
    public IProgress<CacheProgress>? Progress { get; init; }

    /// <summary>The options on one line.</summary>
    public override string ToString() =>
        $"{nameof(From)} = {ListText.Of(From)}, {nameof(Verify)} = {Verify}, {nameof(IsDryRun)} = {IsDryRun}";
}
