namespace RegistryCache.Storage;

/// <summary>A repository of a registry.</summary>
/// <param name="Reference">Names the registry and the repository; tag and digest do not matter.</param>
/// <param name="Insecure">The <c>registry.insecure</c> parameter.</param>
public sealed record RepositoryLocation(ImageReference Reference, bool Insecure) : CacheLocation
{
    /// <inheritdoc/>
    public override string Name => $"{Reference.Domain}/{Reference.Path}";
}
