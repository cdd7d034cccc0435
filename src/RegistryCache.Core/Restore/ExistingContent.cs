namespace RegistryCache;

/// <summary>What happens to what the folder holds already.</summary>
public enum ExistingContent
{
    /// <summary>
    /// What the layers do not hold stays as it is; their deletions mean their own lower layers only. A directory with files in it is not
    /// replaced by a file or link: that is an error. The default.
    /// </summary>
    Keep = 0,

    /// <summary>
    /// It goes: afterwards the folder holds what the layers say. The folder itself and the directories that the layers hold stay the same
    /// directories, what others create meanwhile stays, and so do mount points.
    /// </summary>
    Replace = 1,
}
