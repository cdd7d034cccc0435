namespace RegistryCache;

/// <summary>What happens to the existing content of the folder.</summary>
public enum ExistingContent
{
    /// <summary>
    /// What the layers do not contain stays as it is. Deletions in a layer apply only to lower layers. A directory with files is not
    /// replaced by a file or link: that is an error. The default.
    /// </summary>
    Keep = 0,

    /// <summary>
    /// It is removed: afterwards the folder holds what the layers contain. The folder itself and the directories that the layers contain
    /// stay the same directories. Files that other programs create meanwhile stay, and so do mount points.
    /// </summary>
    Replace = 1,
}
