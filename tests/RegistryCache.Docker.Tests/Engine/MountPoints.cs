using System.Diagnostics;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>The mounts below a folder, which have to go before the folder can.</summary>
internal static class MountPoints
{
    public static void Unmount(string folder)
    {
        // Deepest first: a mount that others stand on is busy.
        foreach (var mount in Below(folder).OrderByDescending(path => path.Length))
        {
            using var process = Process.Start("umount", ["--lazy", mount]);
            process.WaitForExit();
        }
    }

    public static IEnumerable<string> Below(string folder) =>
        from line in File.ReadAllLines("/proc/self/mounts")
        let path = line.Split(' ')[1]
        where path.StartsWith(folder + "/", StringComparison.Ordinal)
        select path;
}
