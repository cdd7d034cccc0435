namespace RegistryCache.Oci.Layout;

/// <summary>
/// Access to the files of a directory that may be hostile. Links are not followed below the root, and only regular files are
/// opened: opening a pipe can block without end.
/// </summary>
internal static class LayoutFile
{
    /// <summary>The length of a regular file, or <see langword="null"/> when there is none at that path.</summary>
    /// <exception cref="CacheStorageException">The system does not say what is there.</exception>
    public static long? FindLength(string path) => Look(path) is { Kind: FileNodeKind.File } node ? node.Length : null;

    /// <summary>What is at a path, without following a link.</summary>
    /// <exception cref="CacheStorageException">The system does not say what is there: a directory above may not be searched.</exception>
    public static FileNode Look(string path)
    {
        try
        {
            return FileNode.At(path);
        }
        catch (Exception error) when (IsStorageError(error))
        {
            throw Failure($"{path} could not be looked at", error);
        }
    }

    public static bool IsLink(string path) => Look(path).Kind == FileNodeKind.SymbolicLink;

    /// <summary>Whether there is a regular file at a path. Nothing at all is fine as well; anything else in its place is refused.</summary>
    /// <exception cref="CacheFormatException">A directory, link, pipe, socket or device is there.</exception>
    public static bool ExistsAsFile(string path) => Look(path).Kind switch
    {
        FileNodeKind.File => true,
        FileNodeKind.None => false,
        var kind => throw NotAFile(path, kind),
    };

    /// <summary>The error for something that is not a file in a file's place.</summary>
    public static CacheFormatException NotAFile(string path, FileNodeKind kind)
    {
        var what = kind switch
        {
            FileNodeKind.SymbolicLink => "a symbolic link, which is not followed",
            FileNodeKind.Directory => "a directory",
            FileNodeKind.Fifo => "a named pipe",
            FileNodeKind.Socket => "a socket",
            _ => "a device",
        };
        return new CacheFormatException(RegistryCacheErrorCode.InvalidLayout, $"{path} must be a file, but it is {what}. Remove it.");
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
