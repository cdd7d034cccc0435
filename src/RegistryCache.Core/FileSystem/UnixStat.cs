using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>What has a name, links not followed. .NET does not distinguish a fifo or socket from a file, and has neither inodes nor times
/// of change. Linux on every architecture with a known call, and macOS; the macOS part has not been run by us.</summary>
internal static partial class UnixStat
{
    private const nint CurrentDirectory = -100;
    private const string Library = "libc";

    public static bool IsSupported { get; } = Probe();

    /// <summary>The node of a path, or <see langword="null"/> when there is none.</summary>
    /// <exception cref="IOException">The system refused to tell.</exception>
    public static FileNode? Of(string path, string name)
    {
        var text = PathText.Terminated(path, stackalloc byte[800]);
        if (OperatingSystem.IsMacOS())
            return LinkStat(text, out var mac) == 0 ? ToNode(name, mac) : NullOrThrow(path);
        return Libc.StatX(SystemCalls.Numbers.StatX, CurrentDirectory, text, Libc.SymlinkNoFollow, Libc.BasicStats, out var stat) == 0
            ? PosixListing.ToNode(name, stat)
            : NullOrThrow(path);
    }

    /// <summary>The node of an open file.</summary>
    public static FileNode Of(SafeFileHandle file, string name)
    {
        if (OperatingSystem.IsMacOS())
            return FileStat(file, out var mac) == 0 ? ToNode(name, mac) : NullOrThrow(name)!;
        return Libc.StatX(SystemCalls.Numbers.StatX, file, "\0"u8, Libc.EmptyPath, Libc.BasicStats, out var stat) == 0
            ? PosixListing.ToNode(name, stat)
            : NullOrThrow(name)!;
    }

    private static bool Probe()
    {
        if (!OperatingSystem.IsMacOS() && (!OperatingSystem.IsLinux() || SystemCalls.Numbers.StatX == 0))
            return false;
        try
        {
            return Of("/", "") is { Kind: FileKind.Directory, Inode: not 0 };
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or IOException)
        {
            return false;
        }
    }

    private static FileNode? NullOrThrow(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return error is Libc.NoEntry or Libc.NotDirectory
            ? null
            : throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: {path}");
    }

    private static FileNode ToNode(string name, in MacStat stat) => new()
    {
        Name = name,
        Kind = PosixListing.KindOf(stat.Mode),
        Mode = FileModes.Of(stat.Mode),
        UserId = stat.UserId,
        GroupId = stat.GroupId,
        Size = stat.Size,
        Modified = new FileTime(stat.ModifiedSeconds, (int)stat.ModifiedNanoseconds),
        Changed = new FileTime(stat.ChangedSeconds, (int)stat.ChangedNanoseconds),
        Inode = stat.Inode,
        Device = (uint)stat.Device,
        LinkCount = stat.LinkCount,
    };

    private static int LinkStat(ReadOnlySpan<byte> path, out MacStat stat) =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? LinkStatX64(path, out stat) : LinkStatArm64(path, out stat);

    private static int FileStat(SafeFileHandle file, out MacStat stat) =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? FileStatX64(file, out stat) : FileStatArm64(file, out stat);

    // On x64 the plain names are those of the old structure with short inodes.
    [LibraryImport(Library, EntryPoint = "lstat$INODE64", SetLastError = true)]
    private static partial int LinkStatX64(ReadOnlySpan<byte> path, out MacStat stat);

    [LibraryImport(Library, EntryPoint = "lstat", SetLastError = true)]
    private static partial int LinkStatArm64(ReadOnlySpan<byte> path, out MacStat stat);

    [LibraryImport(Library, EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FileStatX64(SafeFileHandle file, out MacStat stat);

    [LibraryImport(Library, EntryPoint = "fstat", SetLastError = true)]
    private static partial int FileStatArm64(SafeFileHandle file, out MacStat stat);

    /// <summary>struct stat of macOS with inodes of 64 bits. Source: Darwin sys/stat.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct MacStat
    {
        [FieldOffset(0)] public int Device;
        [FieldOffset(4)] public ushort Mode;
        [FieldOffset(6)] public ushort LinkCount;
        [FieldOffset(8)] public ulong Inode;
        [FieldOffset(16)] public uint UserId;
        [FieldOffset(20)] public uint GroupId;
        [FieldOffset(48)] public long ModifiedSeconds;
        [FieldOffset(56)] public long ModifiedNanoseconds;
        [FieldOffset(64)] public long ChangedSeconds;
        [FieldOffset(72)] public long ChangedNanoseconds;
        [FieldOffset(96)] public long Size;
    }
}
