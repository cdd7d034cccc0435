using System.Runtime.InteropServices;
using System.Text;

namespace RegistryCache.Oci.Layout;

/// <summary>Makes renames in a directory durable. .NET cannot open directories, so this calls the C library.</summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0;

    /// <summary>Best effort: some file systems cannot synchronise directories. Not needed on Windows.</summary>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(Encoding.UTF8.GetBytes(directory + '\0'), ReadOnly);
        if (handle < 0)
            return;
        _ = Synchronise(handle);
        _ = Close(handle);
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Synchronise(int handle);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int handle);
}
