using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.Snapshots.FileSystem;

/// <summary>A file that never has a name, so that a process that is killed leaves nothing of it, whenever that happens.</summary>
internal static class UnnamedFile
{
    private const int Private = 0x180;

    /// <summary>Creates one to read and write; <see langword="null"/> where the system or the file system has none, or refuses.</summary>
    /// <param name="directory">A directory of the file system that holds it.</param>
    public static SafeFileHandle? TryCreate(string directory)
    {
        if (!Libc.IsSupported)
            return null;
        var handle = Libc.Open(
            PathText.Terminated(directory, []), Libc.ReadWrite | Libc.Unnamed | Libc.Directory | Libc.Exclusive | Libc.CloseOnExec, Private);
        if (!handle.IsInvalid)
            return handle;
        handle.Dispose();
        return null;
    }
}
