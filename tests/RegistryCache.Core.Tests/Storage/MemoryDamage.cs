using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Storage;

/// <summary>Damages what a store in memory holds, without changing its size.</summary>
internal static class MemoryDamage
{
    public static async Task DamageBlobAsync(this InMemoryContentStore store, Digest digest) =>
        store.OverwriteBlob(digest, new byte[(await store.FindBlobAsync(digest))!.Value]);

    public static async Task DamageManifestAsync(this InMemoryContentStore store, Digest digest) =>
        store.OverwriteManifest(digest, new byte[(await store.ResolveManifestAsync(ManifestReference.ByDigest(digest)))!.Size]);
}
