using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Oci.Layout;

/// <summary>A promise to a reader that has read a manifest and will read what it names. The file of the manifest is open and locked for
/// reading as long as the promise is referenced, by the layers of a graph for example, so a sweep sees it, from other processes too. The
/// system frees the lock when the process ends. Nothing is written.</summary>
internal static class LayoutPromise
{
    /// <summary>Makes a promise: none if the file cannot be locked at all.</summary>
    /// <returns>Whether the manifest is there and not being swept.</returns>
    public static bool TryMake(string manifest, out IDisposable? promise)
    {
        promise = null;
        try
        {
            promise = FileLock.TryTake(manifest, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return promise is not null;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            return error is not (FileNotFoundException or DirectoryNotFoundException);
        }
    }

    /// <summary>Locks a manifest so that nobody can be promised what it names. <see langword="null"/> if somebody was.</summary>
    public static FileStream? TryWithdraw(string manifest) =>
        FileLock.TryTake(manifest, FileMode.Open, FileAccess.Read, FileShare.None);
}
