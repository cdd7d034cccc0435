namespace RegistryCache.Core.Snapshots;

/// <summary>Which symbolic links a restore creates. It never follows one itself, whatever is chosen.</summary>
public enum SymbolicLinkPolicy
{
    /// <summary>Only those that cannot lead out of the folder: relative, with <c>..</c> only at the start and not above the folder. Others are an error. The default.</summary>
    Inside = 0,

    /// <summary>All. Right for root file systems, whose absolute links mean another root; programs that follow such links leave the folder.</summary>
    Any = 1,
}
