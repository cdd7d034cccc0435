namespace RegistryCache;

/// <summary>Which permissions a content digest covers.</summary>
public enum ContentModes
{
    /// <summary>Whether the owner may execute a file, and nothing else: equal on systems with other default permissions. The
    /// default.</summary>
    ExecutableBit = 0,

    /// <summary>All twelve bits of files, directories and special files.</summary>
    Permissions = 1,
}
