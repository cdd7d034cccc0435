namespace RegistryCache.Storage;

/// <summary>How a blob came to be in a store.</summary>
public enum BlobPushOutcome
{
    /// <summary>The bytes were sent.</summary>
    Uploaded = 0,

    /// <summary>The store had the blob already; no bytes were sent.</summary>
    AlreadyPresent = 1,

    /// <summary>The store took the blob from another of its repositories; no bytes were sent.</summary>
    Mounted = 2,
}
