namespace RegistryCache.Oci.Layout;

/// <summary>
/// Unfinished writes, each in a directory <c>ingest/registry-cache-&lt;random&gt;</c>, where BuildKit puts its own under other names.
/// Whether a write of ours still lasts is told by its lock: no process number is compared, so neither reused numbers nor other
/// machines with the same directory mislead.
/// </summary>
internal sealed class LayoutIngest(LayoutPaths paths, OciLayoutOptions options)
{
    private const string OwnPrefix = "registry-cache-";
    private const int Attempts = 20;

    public IngestWrite Begin()
    {
        LayoutFile.EnsureDirectory(paths.Root);
        LayoutFile.EnsureDirectory(paths.Ingest);
        for (var attempt = 1; ; attempt++)
        {
            var directory = Path.Combine(paths.Ingest, OwnPrefix + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(directory);
            FileStream? held = null;
            try
            {
                held = Create(Path.Combine(directory, IngestWrite.LockName));

                // Another process can have taken the directory for abandoned before the lock was held; then it is gone.
                if (OperatingSystem.IsWindows() || FileNode.Of(held.SafeFileHandle).IsSameAs(FileNode.At(held.Name)))
                    return new IngestWrite(directory, held, Create(Path.Combine(directory, IngestWrite.DataName)));
                held.Dispose();
            }
            catch (Exception error) when (LayoutFile.IsStorageError(error))
            {
                held?.Dispose();
                RemoveDirectory(directory);
                if (attempt == Attempts)
                    throw;
            }
        }
    }

    /// <summary>
    /// Removes what dead processes left: writes of ours whose lock nobody holds, and others that rest for longer than the grace period.
    /// </summary>
    public int RemoveAbandoned()
    {
        var removed = 0;
        if (!Directory.Exists(paths.Ingest) || LayoutFile.IsLink(paths.Ingest))
            return removed;
        var threshold = options.TimeProvider.GetUtcNow() - options.IngestGracePeriod;
        foreach (var directory in new DirectoryInfo(paths.Ingest).EnumerateDirectories())
        {
            try
            {
                if ((directory.Attributes & FileAttributes.ReparsePoint) != 0 || !TryRemove(directory, threshold))
                    continue;
                LayoutLog.IngestRemoved(options.Logger, paths.Root, directory.Name);
                removed++;
            }
            catch (Exception error) when (LayoutFile.IsStorageError(error) || error is CacheStorageException)
            {
                LayoutLog.IngestKept(options.Logger, paths.Root, directory.Name, error.Message);
            }
        }

        return removed;
    }

    private static bool TryRemove(DirectoryInfo directory, DateTimeOffset threshold)
    {
        var path = Path.Combine(directory.FullName, IngestWrite.LockName);
        var isOwn = directory.Name.StartsWith(OwnPrefix, StringComparison.Ordinal);
        if (isOwn && LayoutFile.FindLength(path) is null)
        {
            if (TryRemoveEmpty(directory))
                return true;
        }
        else if (isOwn)
        {
            using var held = TryLock(path);
            if (held is null)
                return false;

            // Where a file system has no locks, everybody gets them, and only age tells.
            if (TryLock(path) is { } second)
                second.Dispose();
            else
                return RemoveLocked(directory, held);
        }

        if (!IsAbandoned(directory, threshold))
            return false;
        directory.Delete(recursive: true);
        return true;
    }

    // A writer was killed before it had its lock, or after it had removed it. One that is alive and comes too late makes another directory.
    private static bool TryRemoveEmpty(DirectoryInfo directory)
    {
        try
        {
            directory.Delete(recursive: false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool RemoveLocked(DirectoryInfo directory, FileStream held)
    {
        LayoutFile.Delete(Path.Combine(directory.FullName, IngestWrite.DataName));
        if (OperatingSystem.IsWindows())
            held.Dispose();
        directory.Delete(recursive: true);
        return true;
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
    });

    private static void RemoveDirectory(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception error) when (LayoutFile.IsStorageError(error))
        {
        }
    }

    private static bool IsAbandoned(DirectoryInfo directory, DateTimeOffset threshold)
    {
        if (directory.LastWriteTimeUtc > threshold.UtcDateTime
            || directory.EnumerateFiles().Any(file => file.LastWriteTimeUtc > threshold.UtcDateTime))
            return false;
        var data = Path.Combine(directory.FullName, "data");
        if (LayoutFile.FindLength(data) is null or 0)
            return true;
        try
        {
            using var probe = new FileStream(data, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
