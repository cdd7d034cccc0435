using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.Content;

/// <summary>A file that never has a name, so that nothing is left when the process is killed. Linux only.</summary>
internal static partial class UnnamedFile
{
    private const int ReadWrite = 2;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int Unnamed = 0x400000;
    private const int Private = (int)(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    // O_DIRECTORY, a part of O_TMPFILE; 0 where its value is not known. Source: Linux, the fcntl.h of each architecture.
    private static int DirectoryFlag => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0x10000,
        Architecture.Arm64 => 0x4000,
        _ => 0,
    };

    /// <summary>Creates a file to read and write; <see langword="null"/> if the system or the file system does not support it.</summary>
    public static SafeFileHandle? TryCreate(string directory)
    {
        if (!OperatingSystem.IsLinux() || DirectoryFlag == 0)
            return null;
        try
        {
            var handle = Open(directory, ReadWrite | Unnamed | DirectoryFlag | Exclusive | CloseOnExec, Private);
            if (!handle.IsInvalid)
                return handle;
            handle.Dispose();
            return null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);
}
