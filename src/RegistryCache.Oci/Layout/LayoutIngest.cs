namespace RegistryCache.Oci.Layout;

/// <summary>
/// Unfinished writes. Each has a directory <c>ingest/&lt;random&gt;</c> with one file <c>data</c>, where BuildKit puts its own under
/// another name, and holds a lock on that file while it lasts.
/// </summary>
internal sealed class LayoutIngest(LayoutPaths paths, OciLayoutOptions options)
{
    public (string Directory, FileStream Data) Begin()
    {
        LayoutFile.EnsureDirectory(paths.Root);
        LayoutFile.EnsureDirectory(paths.Ingest);
        var directory = Path.Combine(paths.Ingest, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try
        {
            return (directory, new FileStream(Path.Combine(directory, "data"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            }));
        }
        catch
        {
            Discard(directory);
            throw;
        }
    }

    /// <summary>Removes a write of ours. What cannot be removed is left for <see cref="RemoveAbandoned"/>.</summary>
    public static void Discard(string directory)
    {
        try
        {
            LayoutFile.Delete(Path.Combine(directory, "data"));
            Directory.Delete(directory);
        }
        catch (Exception error) when (LayoutFile.IsStorageError(error))
        {
        }
    }

    /// <summary>Removes writes that rest for longer than the grace period and whose file nobody has locked.</summary>
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
                if ((directory.Attributes & FileAttributes.ReparsePoint) != 0 || !IsAbandoned(directory, threshold))
                    continue;
                directory.Delete(recursive: true);
                LayoutLog.IngestRemoved(options.Logger, paths.Root, directory.Name);
                removed++;
            }
            catch (Exception error) when (LayoutFile.IsStorageError(error))
            {
                LayoutLog.IngestKept(options.Logger, paths.Root, directory.Name, error.Message);
            }
        }

        return removed;
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
