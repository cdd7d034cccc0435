using RegistryCache.Core.Errors;

namespace RegistryCache.Oci.Layout;

/// <summary>
/// Access to the files of a directory that may be hostile. Links are not followed below the root, and a file that claims to be
/// empty is never opened: pipes and devices claim that, and opening them can block for ever.
/// </summary>
internal static class LayoutFile
{
    private const FileAttributes NotRegular = FileAttributes.ReparsePoint | FileAttributes.Directory | FileAttributes.Device;

    /// <summary>The length of a regular file, or <see langword="null"/> when there is none at that path.</summary>
    public static long? FindLength(string path)
    {
        var info = new FileInfo(path);
        return info.Exists && (info.Attributes & NotRegular) == 0 ? info.Length : null;
    }

    public static bool IsLink(string path)
    {
        var info = new FileInfo(path);
        return info.LinkTarget is not null;
    }

    /// <summary>Opens a regular file of known length for reading.</summary>
    public static Stream OpenRead(string path, long length, FileOptions options = FileOptions.SequentialScan) => length == 0
        ? new MemoryStream([], writable: false)
        : new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | options,
            BufferSize = 0,
        });

    /// <summary>Creates a directory below the root unless it exists; a link in its place is refused.</summary>
    public static void EnsureDirectory(string path)
    {
        if (IsLink(path))
            throw new CacheFormatException(
                RegistryCacheErrorCode.InvalidLayout,
                $"{path} is a symbolic link; writing through it would leave the layout directory. Replace it by a directory.");
        Directory.CreateDirectory(path);
    }

    /// <summary>Removes a file, also a read-only one, which Windows would keep otherwise.</summary>
    public static void Delete(string path)
    {
        if (OperatingSystem.IsWindows() && File.Exists(path))
            File.SetAttributes(path, FileAttributes.Normal);
        File.Delete(path);
    }

    public static bool IsStorageError(Exception error) => error is IOException or UnauthorizedAccessException;

    public static CacheStorageException Failure(string what, Exception cause) =>
        new(RegistryCacheErrorCode.StorageFailure, $"{what}: {cause.Message}", cause);
}
