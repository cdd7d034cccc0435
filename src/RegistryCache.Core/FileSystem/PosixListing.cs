using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.FileSystem;

/// <summary>Converts the answers of Linux about directories and files.</summary>
internal static class PosixListing
{
    public const int CharacterDevice = 0x2000;
    public const int BlockDevice = 0x6000;

    private const int BufferSize = 64 * 1024;

    /// <summary>The names of a directory; <paramref name="error"/> is 0 or the system's error number.</summary>
    public static List<string> Names(SafeFileHandle directory, out int error)
    {
        var names = new List<string>();
        error = 0;
        Libc.Seek(directory, 0, 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            nint length;
            while ((length = Libc.GetDirectoryEntries(directory, buffer, buffer.Length)) > 0)
            {
                // struct linux_dirent64: inode 8, offset 8, length of this entry 2, type 1, name with NUL.
                for (var entries = buffer.AsSpan(0, (int)length); !entries.IsEmpty;)
                {
                    var name = entries[19..BinaryPrimitives.ReadUInt16LittleEndian(entries[16..])];
                    entries = entries[BinaryPrimitives.ReadUInt16LittleEndian(entries[16..])..];
                    name = name[..name.IndexOf((byte)0)];
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                        names.Add(PathText.Decode(name));
                }
            }

            if (length < 0)
                error = Marshal.GetLastPInvokeError();
            return names;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static FileNode ToNode(string name, in StatX stat) => new()
    {
        Name = name,
        Kind = KindOf(stat.Mode),
        Mode = FileModes.Of(stat.Mode),
        UserId = stat.UserId,
        GroupId = stat.GroupId,
        Size = (long)stat.Size,
        Modified = new FileTime(stat.ModifiedSeconds, (int)stat.ModifiedNanoseconds),
        Changed = new FileTime(stat.ChangedSeconds, (int)stat.ChangedNanoseconds),
        Inode = stat.Inode,
        Device = DeviceNumber(stat.DeviceMajor, stat.DeviceMinor),
        Mount = (stat.Mask & Libc.MountIdStat) != 0 ? stat.MountId : 0,
        LinkCount = stat.LinkCount,
        NodeMajor = (int)stat.NodeMajor,
        NodeMinor = (int)stat.NodeMinor,
    };

    public static FileStamp ToStamp(in StatX stat) => new(
        (long)stat.Size,
        new FileTime(stat.ModifiedSeconds, (int)stat.ModifiedNanoseconds),
        new FileTime(stat.ChangedSeconds, (int)stat.ChangedNanoseconds),
        stat.Inode,
        DeviceNumber(stat.DeviceMajor, stat.DeviceMinor));

    /// <summary>The kind in the upper bits of a mode, which are the same on every Unix.</summary>
    public static FileKind KindOf(int mode) => (mode & 0xf000) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Directory,
        0xa000 => FileKind.SymbolicLink,
        0x1000 => FileKind.Fifo,
        CharacterDevice => FileKind.CharacterDevice,
        BlockDevice => FileKind.BlockDevice,
        0xc000 => FileKind.Socket,
        _ => FileKind.Unknown,
    };

    /// <summary>makedev of the C library: the two numbers interleaved in 64 bits.</summary>
    public static ulong DeviceNumber(uint major, uint minor) =>
        (minor & 0xffUL) | ((major & 0xfffUL) << 8) | ((minor & ~0xffUL) << 12) | ((major & ~0xfffUL) << 32);
}
