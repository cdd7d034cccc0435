using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RegistryCache.Core.FileSystem;

/// <summary>The calls of the C library that .NET has no counterpart for: those that work relative to an open directory and never follow a
/// link. Linux on x64 and arm64 only, see <see cref="IsSupported"/>. Names are NUL-terminated bytes.</summary>
internal static partial class Libc
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int RemoveDirectory = 0x200;
    public const int SymlinkNoFollow = 0x100;
    public const int EmptyPath = 0x1000;
    public const int SeekData = 3;
    public const int SeekHole = 4;
    public const uint RenameNoReplace = 1;
    public const uint RenameExchange = 2;
    public const uint BasicStats = 0x7ff;
    public const uint MountIdStat = 0x1000;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int NoSuchAddress = 6;
    public const int WouldBlock = 11;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int InvalidArgument = 22;
    public const int NotImplemented = 38;
    public const int Loop = 40;
    public const int NoData = 61;
    public const int NotSupported = 95;

    private const string Library = "libc";

    // These two flags are the only constants here that differ between the supported architectures.
    public static int Directory { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Whether the calls work here. An old kernel or a filter of system calls may not allow them.</summary>
    public static bool IsSupported { get; } = Probe();

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    public static partial SafeFileHandle Open(ReadOnlySpan<byte> path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    public static partial SafeFileHandle OpenAt(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint StatX(
        nint number, SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, uint mask, out StatX result);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint StatX(nint number, nint directory, ReadOnlySpan<byte> name, int flags, uint mask, out StatX result);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeDirectoryAt(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int SymlinkAt(ReadOnlySpan<byte> target, SafeFileHandle directory, ReadOnlySpan<byte> name);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(
        SafeFileHandle fromDirectory, ReadOnlySpan<byte> from, SafeFileHandle directory, ReadOnlySpan<byte> name, int flags);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(SafeFileHandle directory, ReadOnlySpan<byte> name, Span<byte> buffer, nint size);

    [LibraryImport(Library, EntryPoint = "mkfifoat", SetLastError = true)]
    public static partial int MakeFifoAt(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport(Library, EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int ChangeModeAt(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode, int flags);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "fchownat", SetLastError = true)]
    public static partial int ChangeOwnerAt(SafeFileHandle directory, ReadOnlySpan<byte> name, uint user, uint group, int flags);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    public static partial int ChangeTimes(SafeFileHandle file, ReadOnlySpan<TimeSpec> times);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true)]
    public static partial int ChangeTimesAt(SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<TimeSpec> times, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> content, nint size);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(SafeFileHandle file, Span<byte> content, nint size, long offset);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(SafeFileHandle file);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint ListAttributes(ReadOnlySpan<byte> path, Span<byte> list, nint size);

    [LibraryImport(Library, EntryPoint = "lgetxattr", SetLastError = true)]
    public static partial nint GetAttribute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, nint size);

    [LibraryImport(Library, EntryPoint = "lsetxattr", SetLastError = true)]
    public static partial int SetAttribute(
        ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, nint size, int flags);

    public static nint StatX(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, uint mask, out StatX result) =>
        StatX(SystemCalls.Numbers.StatX, directory, name, flags, mask, out result);

    public static nint GetDirectoryEntries(SafeFileHandle directory, Span<byte> buffer, nint size) =>
        GetDirectoryEntries(SystemCalls.Numbers.GetDirectoryEntries, directory, buffer, size);

    public static int MakeNodeAt(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode, ulong device) =>
        (int)MakeNodeAt(SystemCalls.Numbers.MakeNode, directory, name, mode, device);

    public static int RenameAt(
        SafeFileHandle fromDirectory, ReadOnlySpan<byte> from, SafeFileHandle directory, ReadOnlySpan<byte> name, uint flags) =>
        (int)RenameAt(SystemCalls.Numbers.Rename, fromDirectory, from, directory, name, flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint GetDirectoryEntries(nint number, SafeFileHandle directory, Span<byte> buffer, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint MakeNodeAt(nint number, SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode, ulong device);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint RenameAt(
        nint number, SafeFileHandle fromDirectory, ReadOnlySpan<byte> from, SafeFileHandle directory, ReadOnlySpan<byte> name, uint flags);

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return false;
        try
        {
            using var root = Open("/\0"u8, ReadOnly | Directory | CloseOnExec, 0);
            return !root.IsInvalid
                && StatX(root, "\0"u8, EmptyPath, BasicStats, out _) == 0
                && GetDirectoryEntries(root, new byte[4096], 4096) >= 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }
}
