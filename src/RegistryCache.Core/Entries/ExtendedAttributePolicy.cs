namespace RegistryCache;

/// <summary>Which extended attributes a snapshot or a restore keeps. They are supported on Linux only.</summary>
public enum ExtendedAttributePolicy
{
    /// <summary>None. The default.</summary>
    None = 0,

    /// <summary>Those that any user may set: names that start with <c>user.</c></summary>
    User = 1,

    /// <summary>All, including capabilities and access control lists. Restoring them usually needs root.</summary>
    All = 2,
}
