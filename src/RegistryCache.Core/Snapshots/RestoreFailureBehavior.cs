namespace RegistryCache.Core.Snapshots;

/// <summary>What a failed or cancelled restore leaves behind.</summary>
public enum RestoreFailureBehavior
{
    /// <summary>
    /// The folder as it was, or none where there was none. The new state is made in a directory beside the folder,
    /// <c>.NAME.registry-cache-RANDOM</c>, and then takes the folder's name. On Linux the two are exchanged in one step, so at every
    /// moment the name stands for the old or the new state in full; elsewhere, and on file systems that cannot exchange, the old one is
    /// renamed away first, and for a moment the name stands for nothing. The folder becomes another directory object: this cannot be
    /// used for a mount point, and a process that works inside the folder stays in the old one. The default.
    /// </summary>
    KeepOldState = 0,

    /// <summary>
    /// Whatever was done until then, marked by an empty file <c>.registry-cache-partial</c> in the folder, which is created before
    /// anything else and removed after everything else. An entry of that name is not restored.
    /// </summary>
    LeavePartial = 1,
}
