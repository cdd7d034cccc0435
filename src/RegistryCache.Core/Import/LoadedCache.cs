namespace RegistryCache.Core.Import;

/// <summary>What a manifest led to; <paramref name="Graph"/> is <see langword="null"/> when it carries no cache.</summary>
internal sealed record LoadedCache(Descriptor Manifest, CacheManifestForm Form, Descriptor? Config, CacheGraph? Graph)
{
    public IReadOnlyList<OmittedManifest> LeftOut { get; init; } = [];
}
