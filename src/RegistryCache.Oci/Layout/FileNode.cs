using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Oci.Layout;

/// <summary>
/// What a path or an open handle points to. Reading it opens nothing and follows no link, so a pipe or a device cannot block it.
/// </summary>
/// <param name="Kind">The kind, or <see cref="FileNodeKind.None"/> if the path does not exist.</param>
/// <param name="Length">The length in bytes. Only meaningful for a regular file.</param>
/// <param name="Device">With <paramref name="Inode"/>, the identity of a file; 0 where the system does not report it.</param>
/// <param name="Inode">See <paramref name="Device"/>.</param>
internal readonly record struct FileNode(FileNodeKind Kind, long Length, ulong Device, ulong Inode)
{
    private const int NoEntry = 2;
    private const int NotDirectory = 20;
    private const int BufferBytes = 512;

    /// <summary>Looks at a path.</summary>
    /// <exception cref="IOException">The system does not report what is there.</exception>
    /// <exception cref="UnauthorizedAccessException">A parent directory cannot be searched.</exception>
    public static FileNode At(string path) => PosixStat.IsSupported
        ? Read(buffer => PosixStat.OfPath(path, buffer), path)
        : Managed(path);

    /// <summary>Looks at an open file. Where the system call is not available, nothing is known about it.</summary>
    public static FileNode Of(SafeFileHandle handle) => PosixStat.IsSupported
        ? Read(buffer => PosixStat.OfHandle(handle, buffer), "The open file")
        : default;

    /// <summary>Whether both are the same file. Where the system does not report an identity, they count as the same.</summary>
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
