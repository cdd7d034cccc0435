namespace RegistryCache.Oci.Layout;

/// <summary>
/// The advisory lock on <c>index.json.lock</c> that BuildKit uses too: flock on Unix, a share mode on Windows. Whether the file
/// exists says nothing. BuildKit removes it after unlocking, so whoever locks it makes sure that the path still names what was
/// locked; we never remove it, because whoever waits on it would then hold a lock that nobody else sees. Nothing is written to the
/// file and its length stays: it may be a hard link to something else. Source: BuildKit client/ociindex/ociindex.go.
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
        if (!LayoutFile.ExistsAsFile(paths.Lock))
            return null;

        // What cannot be opened cannot be locked either: a read-only medium, another user's file. Reading still works there.
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

    /// <summary>Throws when what is in the lock's place cannot be locked.</summary>
    public void Check() => LayoutFile.ExistsAsFile(paths.Lock);

    private FileStream? TryShared() => TryOpen(FileMode.Open, FileAccess.Read, FileShare.Read);

    private FileStream? TryExclusive()
    {
        try
        {
            // Over NFS an exclusive lock needs a file that is open for writing, though nothing is written.
            return TryOpen(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException) when (LayoutFile.ExistsAsFile(paths.Lock))
        {
            // BuildKit opens it for reading only, which is enough on a local disk: the file may be another user's.
            return TryOpen(FileMode.Open, FileAccess.Read, FileShare.None);
        }
    }

    private FileStream? TryOpen(FileMode mode, FileAccess access, FileShare share)
    {
        // A pipe would block the opening, and a link would lead out of the directory.
        LayoutFile.ExistsAsFile(paths.Lock);
        FileStream file;
        try
        {
            file = new FileStream(paths.Lock, mode, access, share, bufferSize: 0);
        }
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }

        // Windows does not let go of a name whose file is open, so there is nothing to find out there.
        if (OperatingSystem.IsWindows() || FileNode.Of(file.SafeFileHandle).IsSameAs(LayoutFile.Look(paths.Lock)))
            return file;
        file.Dispose();
        return null;
    }

    private static bool IsTaken(IOException error) => error.GetType() == typeof(IOException) && (OperatingSystem.IsWindows()
        ? error.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021)
        : error.HResult == (OperatingSystem.IsLinux() ? 11 : 35));
}
