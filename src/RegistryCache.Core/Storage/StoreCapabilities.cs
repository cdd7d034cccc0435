namespace RegistryCache.Storage;

/// <summary>What a store can do beyond reading and adding. The methods for the rest throw <see cref="NotSupportedException"/>.</summary>
[Flags]
public enum StoreCapabilities
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary><see cref="IContentStore.TryPushManifestAsync"/>. Directories and memory can; the registry protocol has no such request.</summary>
    ConditionalTags = 1,

    /// <summary><see cref="IContentStore.SweepAsync"/>.</summary>
    Sweep = 2,

    /// <summary><see cref="IReadOnlyContentStore.ListTagsAsync"/>.</summary>
    ListTags = 4,

    /// <summary><see cref="IContentStore.DeleteManifestAsync"/>.</summary>
    DeleteManifests = 8,
}
