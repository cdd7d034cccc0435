namespace RegistryCache.Core.FileSystem;

internal enum FolderAccess
{
    Best = 0,

    /// <summary>By paths, with the metadata that the system reports: macOS, and Linux on other architectures.</summary>
    Managed = 1,

    /// <summary>By paths, with only the metadata that .NET reports: Windows.</summary>
    Portable = 2,
}
