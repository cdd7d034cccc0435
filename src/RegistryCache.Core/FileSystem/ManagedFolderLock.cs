namespace RegistryCache.Core.FileSystem;

/// <summary>Locks a folder by a file in it, for systems where a directory itself cannot be locked. The file is removed with the lock. When
/// its owner was killed, the system has freed it, and the next owner removes it.</summary>
internal sealed class ManagedFolderLock(FileStream file) : IDisposable
{
    public const string Name = ".registry-cache-restore-lock";
    private readonly FileStream _file = file;

    public static FolderLock TryTake(string path)
    {
        try
        {
            if (FileLock.TryTake(path, FileMode.OpenOrCreate) is { } file)
                return new FolderLock(new ManagedFolderLock(file));
        }
        catch (DirectoryNotFoundException)
        {
            // Another restore is replacing the folder.
        }

        return new FolderLock(null, IsHeldByAnother: true);
    }

    public void Dispose()
    {
        // On Unix the name is removed first, so another process that has opened the file sees that it does not exist any more.
        if (_file.SafeFileHandle.IsClosed)
            return;
        if (!OperatingSystem.IsWindows())
            TryDelete();
        _file.Dispose();
        if (OperatingSystem.IsWindows())
            TryDelete();
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(_file.Name);
        }
        catch (IOException)
        {
            // The folder is gone, or another process has opened the file meanwhile. Then that process removes it.
        }
    }
}
