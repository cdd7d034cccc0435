namespace RegistryCache.Cli;

/// <summary>The exit codes of the process.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The command failed.</summary>
    Failed = 1,

    /// <summary>The command line is wrong. Nothing was done.</summary>
    WrongUsage = 2,

    /// <summary>No source has a cache, or no key matches. Targets were not changed.</summary>
    Miss = 3,

    /// <summary>
    /// A key matches but could not be restored: a blob is missing or damaged, or the saved folder contains something that the options
    /// forbid. Or a verification found something wrong.
    /// </summary>
    NotUsable = 4,

    /// <summary>Ended by SIGHUP: 128 plus the signal number, as shells report it.</summary>
    HungUp = 129,

    /// <summary>Ended by Ctrl-C (SIGINT): 128 plus the signal number.</summary>
    Cancelled = 130,

    /// <summary>Ended by SIGTERM: 128 plus the signal number.</summary>
    Terminated = 143,
}
