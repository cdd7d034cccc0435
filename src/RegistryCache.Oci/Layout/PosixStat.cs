using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Oci.Layout;

/// <summary>
/// Reads a file's kind and identity, which .NET does not expose. On Linux it uses the system call directly, because every C library has
/// <c>syscall</c> but some lack <c>fstat</c> or <c>statx</c>. On macOS it uses the C library. Source: Linux include/uapi/asm/stat.h of
/// x64 and arm64, macOS sys/stat.h (the form with 64-bit inodes).
/// </summary>
internal static class PosixStat
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;

    private static Architecture Machine => RuntimeInformation.ProcessArchitecture;

    public static bool IsSupported { get; } =
        (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && Machine is Architecture.X64 or Architecture.Arm64;

    private static nint StatCall => Machine == Architecture.Arm64 ? 79 : 262;

    public static int OfPath(string path, byte[] result)
    {
        var name = Encoding.UTF8.GetBytes(path + '\0');
        if (OperatingSystem.IsLinux())
            return (int)Call(StatCall, CurrentDirectory, name, result, NoFollow);
        return Machine == Architecture.Arm64 ? LinkStat(name, result) : LinkStat64(name, result);
    }

    public static int OfHandle(SafeFileHandle handle, byte[] result)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            var file = (int)handle.DangerousGetHandle();
            if (OperatingSystem.IsLinux())
                return (int)Call(StatCall, file, [0], result, EmptyPath);
            return Machine == Architecture.Arm64 ? FileStat(file, result) : FileStat64(file, result);
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }

    public static FileNode Parse(ReadOnlySpan<byte> stat)
    {
        var isLinux = OperatingSystem.IsLinux();
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(stat[(isLinux ? (Machine == Architecture.Arm64 ? 16 : 24) : 4)..]);
        var device = isLinux ? BinaryPrimitives.ReadUInt64LittleEndian(stat) : BinaryPrimitives.ReadUInt32LittleEndian(stat);
        return new FileNode(
            KindOf(mode),
            BinaryPrimitives.ReadInt64LittleEndian(stat[(isLinux ? 48 : 96)..]),
            device,
            BinaryPrimitives.ReadUInt64LittleEndian(stat[8..]));
    }

    private static FileNodeKind KindOf(int mode) => (mode & 0xf000) switch
    {
        0x8000 => FileNodeKind.File,
        0x4000 => FileNodeKind.Directory,
        0xa000 => FileNodeKind.SymbolicLink,
        0x1000 => FileNodeKind.Fifo,
        0xc000 => FileNodeKind.Socket,
        _ => FileNodeKind.Device,
    };

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Call(nint number, nint directory, byte[] path, byte[] result, nint flags);

    [DllImport("libc", EntryPoint = "lstat", SetLastError = true)]
    private static extern int LinkStat(byte[] path, byte[] result);

    [DllImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true)]
    private static extern int LinkStat64(byte[] path, byte[] result);

    [DllImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static extern int FileStat(int handle, byte[] result);

    [DllImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static extern int FileStat64(int handle, byte[] result);
}
