namespace RegistryCache;

/// <summary>Which permissions a content digest covers.</summary>
public enum ContentModes
{
    /// <summary>The default: only whether the owner may execute a file. This does not depend on a system's default permissions.</summary>
    ExecutableBit = 0,

    /// <summary>All twelve bits of files, directories and special files.</summary>
    Permissions = 1,
}
