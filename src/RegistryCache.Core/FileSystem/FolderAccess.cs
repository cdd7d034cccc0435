namespace RegistryCache.Core.FileSystem;

internal enum FolderAccess
{
    Best = 0,

    /// <summary>By paths, with what the system tells of them: macOS, and Linux on other architectures.</summary>
    Managed = 1,

    /// <summary>By paths, with nothing but what .NET tells of them: Windows.</summary>
    Portable = 2,
}
