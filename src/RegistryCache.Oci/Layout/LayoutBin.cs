using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Layout;

/// <summary>Removes blobs that are not young. A writer that finds a blob makes it young and relies on it. So a blob is first moved aside
/// and then looked at again: after that, the writer does not find it and writes it.</summary>
internal sealed class LayoutBin : IDisposable
{
    private readonly OciLayoutOptions _options;
    private readonly IngestWrite? _place;

    public LayoutBin(LayoutIngest ingest, OciLayoutOptions options)
    {
        _options = options;
        try
        {
            _place = options.ResetGracePeriod > TimeSpan.Zero ? ingest.Begin() : null;
        }
        catch (Exception error) when (StorageError.Is(error) || error is CacheStorageException)
        {
            // On a full disk nothing can be made, and it is time to remove.
        }
    }

    /// <summary>Whether a running export may rely on a file.</summary>
    public static bool IsYoung(string path, OciLayoutOptions options) => options.ResetGracePeriod > TimeSpan.Zero
        && File.GetLastWriteTimeUtc(path) > (options.TimeProvider.GetUtcNow() - options.ResetGracePeriod).UtcDateTime;

    /// <summary>Removes a file; <see langword="false"/> if it has just become young.</summary>
    public bool TryRemove(string path)
    {
        if (_place is null)
        {
            LayoutFile.Delete(path);
            return true;
        }

        var aside = _place.DataPath + ".removed";
        File.Move(path, aside);
        if (IsYoung(aside, _options))
        {
            StorageError.Ignore(() => File.Move(aside, path, overwrite: false));
            return false;
        }

        LayoutFile.Delete(aside);
        return true;
    }

    public void Dispose() => _place?.Dispose();
}
