using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Oci.Layout;

/// <summary>The advisory lock on <c>index.json.lock</c> that BuildKit uses too: flock on Unix, a share mode on Windows. The existence of
/// the file means nothing. BuildKit removes it after unlocking, so after locking the path is checked to still point to the locked file.
/// This library never removes it, because a process that waits for it would then hold a lock that others do not see. The file is not
/// written to and its length does not change, because it may be a hard link to something else. Source: BuildKit
/// client/ociindex/ociindex.go.</summary>
internal sealed class LayoutLock(LayoutPaths paths, TimeSpan wait, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes the lock for writing. Creates the file if it does not exist.</summary>
    public async Task<IDisposable> ExclusiveAsync(CancellationToken cancellationToken) =>
        await AcquireAsync(TryExclusive, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the lock for reading. <see langword="null"/> if there is no lock file, or if it cannot be locked.</summary>
    public async Task<IDisposable?> SharedAsync(CancellationToken cancellationToken)
    {
        if (!LayoutFile.ExistsAsFile(paths.Lock))
            return null;

        // A file that cannot be opened cannot be locked either (read-only medium, another user's file). Reading still works.
        try
        {
            return await AcquireAsync(
                () => TryOpen(FileMode.Open, FileAccess.Read, FileShare.Read), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            return null;
        }
    }

    private async Task<FileStream> AcquireAsync(Func<FileStream?> attempt, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (attempt() is { } locked)
                return locked;
            if (time.GetElapsedTime(start) >= wait)
                throw new CacheStorageException(
                    RegistryCacheErrorCode.LayoutLocked,
                    $"{paths.Lock} stayed locked by another process for {wait}. Try again later, or raise OciLayoutOptions.LockWait.")
                {
                    IsTransient = true,
                };

            // With a random delay, because writers that started together would otherwise collide at every attempt.
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), time, cancellationToken).ConfigureAwait(false);
            delay = delay * 1.5 < MaxDelay ? delay * 1.5 : MaxDelay;
        }
    }

    /// <summary>Throws if the path of the lock is not a file: opening a pipe would block, and a link could leave the directory.</summary>
    public void Check() => LayoutFile.ExistsAsFile(paths.Lock);

    private FileStream? TryExclusive()
    {
        try
        {
            // Over NFS an exclusive lock needs a file that is open for writing, although nothing is written.
            return TryOpen(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException) when (LayoutFile.ExistsAsFile(paths.Lock))
        {
            // BuildKit opens it only for reading, which is enough on a local disk. The file may belong to another user.
            return TryOpen(FileMode.Open, FileAccess.Read, FileShare.None);
        }
    }

    private FileStream? TryOpen(FileMode mode, FileAccess access, FileShare share)
    {
        Check();
        return FileLock.TryTake(paths.Lock, mode, access, share);
    }
}
