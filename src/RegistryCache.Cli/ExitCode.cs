namespace RegistryCache.Cli;

/// <summary>What the process tells its caller.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Something went wrong.</summary>
    Failed = 1,

    /// <summary>The command line is wrong; nothing was done.</summary>
    WrongUsage = 2,

    /// <summary>No source had a cache, or no key matched; targets were not touched.</summary>
    Miss = 3,

    /// <summary>A key matched, but nothing could be restored: a blob is gone or damaged, or the folder holds what the options forbid.</summary>
    NotUsable = 4,

    /// <summary>Ended by SIGHUP, as shells report it.</summary>
    HungUp = 129,

    /// <summary>Ended by Ctrl-C (SIGINT), as shells report it.</summary>
    Cancelled = 130,

    /// <summary>Ended by SIGTERM, as shells report it.</summary>
    Terminated = 143,
}
