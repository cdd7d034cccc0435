namespace RegistryCache;

/// <summary>How a restore of a <see cref="FolderCache"/> ended.</summary>
public enum FolderRestoreOutcome
{
    /// <summary>No key matched. The folder was not changed.</summary>
    Miss = 0,

    /// <summary>The folder of the key itself was restored.</summary>
    Exact = 1,

    /// <summary>The folder of another key was restored, because a fallback matches that key.</summary>
    Fallback = 2,

    /// <summary>Keys matched, but none of their folders could be restored: a blob is missing or damaged, or the options forbid something in
    /// the folder. <see cref="FolderRestore.Failures"/> has the reasons.</summary>
    NotUsable = 3,
}
