namespace RegistryCache.Peers.Data;

/// <summary>Directories as each run must find them.</summary>
internal static class Emptied
{
    /// <summary>Removes the directory with what is in it.</summary>
    public static Task Remove(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Makes it empty.</summary>
    public static Task Renew(string directory)
    {
        Remove(directory);
        Directory.CreateDirectory(directory);
        return Task.CompletedTask;
    }
}
