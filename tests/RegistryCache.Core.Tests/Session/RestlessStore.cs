using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Session;

/// <summary>A store in which somebody else is always faster: no tag can be moved on a condition.</summary>
internal sealed class RestlessStore(InMemoryContentStore inner) : DelegatingContentStore(inner)
{
    public override Task<bool> TryPushManifestAsync(ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
