using System.Text;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Oci.Layout;

/// <summary>Access to the files of a directory that may be hostile. Links below the root are not followed. Only regular files are opened,
/// because opening a pipe can block without end.</summary>
internal static class LayoutFile
{
    /// <summary>The length of a regular file, or <see langword="null"/> if the path does not exist.</summary>
    /// <exception cref="CacheStorageException">The system does not report what is there.</exception>
    public static long? FindLength(string path) => Look(path) is { Kind: FileKind.File } node ? node.Size : null;

    /// <summary>What is at a path, without following a link, or <see langword="null"/>.</summary>
    /// <exception cref="CacheStorageException">The system does not say what is there; a parent may not be searchable.</exception>
    public static FileNode? Look(string path) => Guard($"{path} could not be examined", () => FileNode.At(path));

    public static bool IsLink(string path) => Look(path) is { Kind: FileKind.SymbolicLink };

    /// <summary>Whether a regular file exists at a path. An absent path is allowed. Anything else at the path is an error.</summary>
    /// <exception cref="CacheFormatException">The path is a directory, link, pipe, socket or device.</exception>
    public static bool ExistsAsFile(string path) => Look(path)?.Kind switch
    {
        FileKind.File => true,
        null => false,
        { } kind => throw NotAFile(path, kind),
    };

    public static CacheFormatException NotAFile(string path, FileKind kind)
    {
        var what = kind switch
        {
            FileKind.SymbolicLink => "a symbolic link, which is not followed",
            FileKind.Directory => "a directory",
            FileKind.Fifo => "a named pipe",
            FileKind.Socket => "a socket",
            _ => "a device",
        };
        return new CacheFormatException(RegistryCacheErrorCode.InvalidLayout,
            $"{path} must be a file, but it is {what}. Remove it and try again.");
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

    /// <summary>Creates a directory below the root unless it exists. A link at its path is an error.</summary>
    public static void EnsureDirectory(string path)
    {
        if (IsLink(path))
            throw new CacheFormatException(
                RegistryCacheErrorCode.InvalidLayout,
                $"{path} is a symbolic link, so writing through it would leave the layout directory. Replace it with a directory.");
        Directory.CreateDirectory(path);
    }

    /// <summary>Removes a file, even a read-only one, which Windows would otherwise keep.</summary>
    public static void Delete(string path)
    {
        if (OperatingSystem.IsWindows() && File.Exists(path))
            File.SetAttributes(path, FileAttributes.Normal);
        File.Delete(path);
    }

    /// <summary>Makes renames in a directory durable, where the file system can.</summary>
    public static void FlushDirectory(string path)
    {
        // .NET cannot open directories. On Windows this is not needed.
        if (OperatingSystem.IsWindows())
            return;
        using var directory = Libc.Open(Encoding.UTF8.GetBytes(path + '\0'), Libc.ReadOnly, mode: 0);
        if (!directory.IsInvalid)
            _ = Libc.Flush(directory);
    }

    /// <summary>Runs an operation. If it fails, the error says what could not be done.</summary>
    public static T Guard<T>(string failure, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw CacheStorageException.Failed(failure, error);
        }
    }

    public static void Guard(string failure, Action operation) => Guard(failure, () =>
    {
        operation();
        return true;
    });
}
