using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Oci.Layout;

/// <summary>What a path or an open handle names. Neither opens anything nor follows a link, so a pipe or a device cannot block it.</summary>
/// <param name="Kind">The kind, or <see cref="FileNodeKind.None"/> when there is nothing.</param>
/// <param name="Length">The length in bytes; only a regular file's means anything.</param>
/// <param name="Device">With <paramref name="Inode"/>, the identity of a file; 0 where the system does not tell.</param>
/// <param name="Inode">See <paramref name="Device"/>.</param>
internal readonly record struct FileNode(FileNodeKind Kind, long Length, ulong Device, ulong Inode)
{
    private const int NoEntry = 2;
    private const int NotDirectory = 20;
    private const int BufferBytes = 512;

    /// <summary>Looks at a path.</summary>
    /// <exception cref="IOException">The system does not say what is there.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory on the way may not be searched.</exception>
    public static FileNode At(string path) => PosixStat.IsSupported
        ? Read(buffer => PosixStat.OfPath(path, buffer), path)
        : Managed(path);

    /// <summary>Looks at an open file; nothing is known of it where the system's call is not at hand.</summary>
    public static FileNode Of(SafeFileHandle handle) => PosixStat.IsSupported
        ? Read(buffer => PosixStat.OfHandle(handle, buffer), "The open file")
        : default;

    /// <summary>Whether both are the same file. Where the system does not tell, they are taken for the same.</summary>
    public bool IsSameAs(FileNode other) => Device == other.Device && Inode == other.Inode;

    private static FileNode Read(Func<byte[], int> stat, string what)
    {
        var buffer = new byte[BufferBytes];
        if (stat(buffer) == 0)
            return PosixStat.Parse(buffer);
        var error = Marshal.GetLastPInvokeError();
        if (error is NoEntry or NotDirectory)
            return default;
        var message = $"{what}: {Marshal.GetPInvokeErrorMessage(error)}";
        throw error is 1 or 13 ? new UnauthorizedAccessException(message) : new IOException(message);
    }

    private static FileNode Managed(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is not null)
            return new FileNode(FileNodeKind.SymbolicLink, 0, 0, 0);
        if (!info.Exists)
            return Directory.Exists(path) ? new FileNode(FileNodeKind.Directory, 0, 0, 0) : default;
        return (info.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != 0
            ? new FileNode(FileNodeKind.Device, 0, 0, 0)
            : new FileNode(FileNodeKind.File, info.Length, 0, 0);
    }
}
