namespace RegistryCache;

/// <summary>Which modification times files, directories and links have after a restore.</summary>
public enum TimePolicy
{
    /// <summary>The times that were saved with them, if any were.</summary>
    Keep = 0,

    /// <summary>The time of the restore.</summary>
    Now = 1,

    /// <summary><see cref="LayerEntry.FixedTime"/>, for everything.</summary>
    Fixed = 2,
}
