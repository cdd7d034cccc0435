using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Oci.Layout;

/// <summary>Unfinished writes, each in a directory <c>ingest/registry-cache-&lt;random&gt;</c>. BuildKit uses the same parent with other
/// names. A held lock means that a write is still running. Process ids are not compared, so reused ids and other machines do no
/// harm.</summary>
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
                // Another process may have removed the directory as abandoned before the lock was held.
                held = FileLock.TryTake(Path.Combine(directory, IngestWrite.LockName), FileMode.CreateNew);
                if (held is not null)
                    return new IngestWrite(directory, held, Create(Path.Combine(directory, IngestWrite.DataName)));
            }
            catch (Exception error) when (StorageError.Is(error) || error is CacheStorageException)
            {
                held?.Dispose();
                StorageError.Ignore(() => Directory.Delete(directory, recursive: true));
                if (attempt == Attempts)
                    throw;
            }
        }
    }

    /// <summary>Removes abandoned writes: ours whose lock is free, and those of others that were unchanged for the grace period.</summary>
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
            catch (Exception error) when (StorageError.Is(error) || error is CacheStorageException)
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

            // On a file system without locks every lock attempt succeeds, so only the age decides.
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

    // A writer was killed before it took its lock or after it removed it. A live writer that finds its directory gone creates another one.
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

    private static FileStream? TryLock(string path, FileAccess access = FileAccess.ReadWrite)
    {
        try
        {
            return FileLock.TryTake(path, FileMode.Open, access);
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

    private static bool IsAbandoned(DirectoryInfo directory, DateTimeOffset threshold)
    {
        if (directory.LastWriteTimeUtc > threshold.UtcDateTime
            || directory.EnumerateFiles().Any(file => file.LastWriteTimeUtc > threshold.UtcDateTime))
            return false;
        var data = Path.Combine(directory.FullName, IngestWrite.DataName);
        if (LayoutFile.FindLength(data) is null or 0)
            return true;
        using var free = TryLock(data, FileAccess.Read);
        return free is not null;
    }
}
