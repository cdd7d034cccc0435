namespace RegistryCache.Core.FileSystem;

/// <summary>A lock on a file: flock on Unix, a share mode on Windows. The system frees it when the process that holds it ends.</summary>
internal static class FileLock
{
    /// <summary>Opens and locks a file. Disposing it frees the lock.</summary>
    /// <returns><see langword="null"/> when the file is locked already, in this process too, or when its owner removed it.</returns>
    public static FileStream? TryTake(
        string path, FileMode mode, FileAccess access = FileAccess.ReadWrite, FileShare share = FileShare.None)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, mode, access, share, bufferSize: 0);
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }

        if (IsAt(file))
            return file;
        file.Dispose();
        return null;
    }

    /// <summary>Whether a path still names an open file. Where the system does not tell, it does.</summary>
    private static bool IsAt(FileStream file) =>
        OperatingSystem.IsWindows() || FileNode.Of(file.SafeFileHandle) is not { } open
        || (FileNode.At(file.Name) is { } there && open.IsSameFileAs(there));

    private static bool IsTaken(IOException error) => error.GetType() == typeof(IOException) && (OperatingSystem.IsWindows()
        ? error.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021)
        : error.HResult == (OperatingSystem.IsLinux() ? 11 : 35));
}
