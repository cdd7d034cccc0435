using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.FileSystem;

/// <summary>
/// Locks a folder by a file in it, for systems where a directory itself cannot be locked. The file is removed with the lock; when its
/// owner was killed, the system has freed it and the next owner removes it.
/// </summary>
internal sealed class ManagedFolderLock : IDisposable
{
    public const string Name = ".registry-cache-restore-lock";
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private ManagedFolderLock(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    public static FolderLock TryTake(string path)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is DirectoryNotFoundException || File.Exists(path))
        {
            return new FolderLock(FolderLockState.HeldByAnother, null);
        }

        if (IsStillAt(path, file))
            return new FolderLock(FolderLockState.Taken, new ManagedFolderLock(file, path));
        file.Dispose();
        return new FolderLock(FolderLockState.HeldByAnother, null);
    }

    public void Dispose()
    {
        // On Unix the name goes first: whoever opened the file before then finds that it is not there any more, see above.
        if (_file.IsClosed)
            return;
        if (!OperatingSystem.IsWindows())
            TryDelete(_path);
        _file.Dispose();
        if (OperatingSystem.IsWindows())
            TryDelete(_path);
    }

    // The last owner may have removed the file between our opening and our locking it. A time that nobody else would set tells.
    private static bool IsStillAt(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            return true;
        var mark = DateTime.UnixEpoch.AddSeconds(RandomNumberGenerator.GetInt32(int.MaxValue));
        File.SetLastWriteTimeUtc(file, mark);
        return File.Exists(path) && File.GetLastWriteTimeUtc(path) == mark;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // The folder is gone, or another process has opened the file meanwhile: it is that one's now.
        }
    }
}
