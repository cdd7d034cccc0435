using System.Diagnostics;

namespace RegistryCache.Core.Tests.Session;

/// <summary>A file system of 64 KiB in memory, mounted on a folder. Where nothing can be mounted the test is reported as skipped.</summary>
internal sealed class SmallFileSystem : IDisposable
{
    private readonly string _folder;

    private SmallFileSystem(string folder) => _folder = folder;

    public static async Task<SmallFileSystem> MountAsync(string folder)
    {
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "registry-cache-test", folder) != 0)
            Assert.Ignore("A small file system cannot be mounted here: it needs Linux and root.");
        return new SmallFileSystem(folder);
    }

    public void Dispose() => RunAsync("umount", _folder).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
