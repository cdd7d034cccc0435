using RegistryCache.Storage;

namespace RegistryCache.Core.Storage;

/// <summary>A part of a store that can move tags conditionally.</summary>
internal sealed class ConditionalTagPrefixStore(IContentStore store, IConditionalTagStore tags, string prefix)
    : TagPrefixStore(store, prefix), IConditionalTagStore
{
    public Task<bool> TryPushManifestAsync(ManifestContent manifest, string tag, Digest? expected, CancellationToken cancellationToken) =>
        tags.TryPushManifestAsync(manifest, Prefixed(tag), expected, cancellationToken);
}
