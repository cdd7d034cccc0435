namespace RegistryCache.Core.FileSystem;

internal enum FolderLockState
{
    Taken = 0,

    /// <summary>By another restore, in this process or another one that lives.</summary>
    HeldByAnother = 1,

    /// <summary>This file system has no locks.</summary>
    Unsupported = 2,
}
