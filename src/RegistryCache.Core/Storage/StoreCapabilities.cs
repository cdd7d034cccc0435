namespace RegistryCache.Storage;

/// <summary>What a store can do beyond reading and adding. The methods for the rest throw <see cref="NotSupportedException"/>.</summary>
[Flags]
public enum StoreCapabilities
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary><see cref="IContentStore.TryPushManifestAsync"/> compares and moves in one step. Directories and memory can; a registry
    /// cannot.</summary>
    ConditionalTags = 1,

    /// <summary><see cref="IContentStore.SweepAsync"/>.</summary>
    Sweep = 2,

    /// <summary><see cref="IContentStore.ListTagsAsync"/>.</summary>
    ListTags = 4,

    /// <summary><see cref="IContentStore.DeleteManifestAsync"/>.</summary>
    DeleteManifests = 8,

    /// <summary>The store keeps every blob that a manifest in it names, and refuses a manifest whose blobs are missing. A writer then
    /// relies on the manifest instead of asking for each blob. Registries do; a directory may be changed by anyone.</summary>
    KeepsReferencedBlobs = 16,

    /// <summary>The store verified each blob when it was written. A registry verifies what it receives, so a copy from here to a registry
    /// does not hash the bytes as well. Directories do.</summary>
    VerifiesWrites = 32,
}
