namespace RegistryCache.Peers.Jobs;

/// <summary>One piece of work that several programs do.</summary>
internal interface IJob
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>What is done, for the table.</summary>
    string Description { get; }

    /// <summary>Makes the data and starts the servers. Disposing what it returns ends them.</summary>
    /// <param name="directory">An empty directory.</param>
    Task<PreparedJob> PrepareAsync(string directory);
}
