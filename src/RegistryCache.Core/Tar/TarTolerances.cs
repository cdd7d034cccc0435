namespace RegistryCache.Core.Tar;

/// <summary>What a reader of tars accepts although two readers could see two different archives. A restore accepts nothing of it. A table
/// of contents must list what the stargz library lists, which reads with Go's archive/tar.</summary>
[Flags]
internal enum TarTolerances
{
    None = 0,

    /// <summary>Global pax headers are skipped unread. They are mostly comments of version control.</summary>
    SkipGlobalRecords = 1,

    /// <summary>The size in a pax record replaces a different one in the header.</summary>
    RecordedSizeWins = 2,

    /// <summary>Numbers, and long names of GNU tar, end at a NUL. What follows it is ignored.</summary>
    EndAtNul = 4,

    Stargz = SkipGlobalRecords | RecordedSizeWins | EndAtNul,
}
