namespace RegistryCache;

/// <summary>Which times of change files, directories and links have after a restore.</summary>
public enum TimePolicy
{
    /// <summary>Those that they had when they were saved, as far as they were saved.</summary>
    Keep = 0,

    /// <summary>The time of the restore.</summary>
    Now = 1,

    /// <summary><see cref="LayerEntry.FixedTime"/>, for everything.</summary>
    Fixed = 2,
}
