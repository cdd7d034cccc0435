using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Layout;

/// <summary>
/// The advisory lock on <c>index.json.lock</c> that BuildKit uses too: flock on Unix, a share mode on Windows. Whether the file
/// exists says nothing. BuildKit removes it after unlocking, so a writer makes sure that what it locked is still what the path
/// names; we never remove it, because whoever waits on it would then hold a lock that nobody else sees.
/// Source: BuildKit client/ociindex/ociindex.go.
/// </summary>
internal sealed class LayoutLock(LayoutPaths paths, TimeSpan wait, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes the lock for writing, creating the file if need be.</summary>
    public async Task<IDisposable> ExclusiveAsync(CancellationToken cancellationToken) =>
        await AcquireAsync(TryExclusive, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the lock for reading; <see langword="null"/> where there is no lock file, or none that can be locked.</summary>
    public async Task<IDisposable?> SharedAsync(CancellationToken cancellationToken)
    {
        // What cannot be opened cannot be locked either: a read-only medium, another user's file. Reading still works there.
        if (LayoutFile.FindLength(paths.Lock) is null)
            return null;
        try
        {
            return await AcquireAsync(TryShared, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LayoutFile.IsStorageError(error))
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
                    $"{paths.Lock} stayed locked by another process for {wait}. Try again later, or raise {nameof(OciLayoutOptions.LockWait)}.")
                { IsTransient = true };

            // Spread out, or writers that started together would meet at every attempt.
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), time, cancellationToken).ConfigureAwait(false);
            delay = delay * 1.5 < MaxDelay ? delay * 1.5 : MaxDelay;
        }
    }

    private FileStream? TryShared()
    {
        try
        {
            return new FileStream(paths.Lock, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }
    }

    private FileStream? TryExclusive()
    {
        FileStream file;
        try
        {
            if (LayoutFile.IsLink(paths.Lock))
                throw new CacheFormatException(
                    RegistryCacheErrorCode.InvalidLayout, $"{paths.Lock} is a symbolic link; remove it.");
            file = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }

        if (IsStillInPlace(file))
            return file;
        file.Dispose();
        return null;
    }

    // .NET tells no inode. A length that only the locked file can have, seen through the path, says the same; nothing is written to
    // reach it. Windows does not let go of a name whose file is open, so there is nothing to find out.
    private bool IsStillInPlace(FileStream file)
    {
        if (OperatingSystem.IsWindows())
            return true;
        try
        {
            var mark = 1 + Random.Shared.NextInt64(1L << 30);
            file.SetLength(mark);
            return LayoutFile.FindLength(paths.Lock) == mark;
        }
        finally
        {
            file.SetLength(0);
        }
    }

    private static bool IsTaken(IOException error) => error.GetType() == typeof(IOException) && (OperatingSystem.IsWindows()
        ? error.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021)
        : error.HResult == (OperatingSystem.IsLinux() ? 11 : 35));
}
