using System.Diagnostics;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>The mounts at and below a folder.</summary>
internal static class MountPoints
{
    private const long Room = 4L << 30;

    /// <summary>Keeps what will be in a folder in memory, where there is enough. An engine flushes each of its steps to the disk, which takes
    /// longer than the step, and nothing of it has to outlive the run.</summary>
    public static void MountMemory(string folder)
    {
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= 2 * Room)
            Run("mount", "-t", "tmpfs", "-o", $"size={Room},mode=700", "tmpfs", folder);
    }

    /// <summary>Unmounts all, which has to go before the folder can.</summary>
    public static void Unmount(string folder)
    {
        // Deepest first: a mount that others stand on is busy.
        foreach (var mount in In(folder).OrderByDescending(path => path.Length))
            Run("umount", "--lazy", mount);
    }

    private static IEnumerable<string> In(string folder) =>
        from line in File.ReadAllLines("/proc/self/mounts")
        let path = line.Split(' ')[1]
        where path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)
        select path;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
