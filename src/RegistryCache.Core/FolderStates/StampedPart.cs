using System.Buffers;
using System.Buffers.Binary;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.FolderStates;

/// <summary>Some entries of a state, as bytes. A state has very many, and most are only compared. So they are read anew each time: that
/// takes less time than the memory that they would need.</summary>
/// <param name="First">How many entries of the state are before these.</param>
/// <param name="Count">How many these are.</param>
/// <param name="Bytes">The entries.</param>
internal sealed record StampedPart(int First, int Count, ReadOnlyMemory<byte> Bytes)
{
    private const int IdentityBytes = 16;
    private const int MaxEntryBytes = (9 * Varint.MaxBytes) + IdentityBytes;
    private const long AllModes = 0xfff;

    /// <summary>The entries, each with its number in the state. The path of each holds until the next one is asked for.</summary>
    public IEnumerable<(int Number, StampedEntry Entry)> Read()
    {
        var paths = new PathSeries();
        var rest = Bytes;
        for (var i = 0; i < Count && TryRead(paths, ref rest, out var entry); i++)
            yield return (First + i, entry);
    }

    public static void Write(ArrayBufferWriter<byte> bytes, PathSeries paths, in StampedEntry entry)
    {
        paths.Write(bytes, entry.Path);
        var rest = bytes.GetSpan(MaxEntryBytes);
        var free = rest.Length;
        Varint.Write(ref rest, (ulong)entry.Kind);
        Varint.Write(ref rest, (ulong)entry.Mode);
        Varint.Write(ref rest, (ulong)entry.Stamp.Size);
        WriteTime(ref rest, entry.Stamp.Modified);
        WriteTime(ref rest, entry.Stamp.Changed);
        Varint.Write(ref rest, entry.Stamp.Inode);
        Varint.Write(ref rest, entry.Stamp.Device);
        BinaryPrimitives.WriteUInt128LittleEndian(rest, entry.Identity);
        bytes.Advance(free - rest.Length + IdentityBytes);
    }

    private static bool TryRead(PathSeries paths, ref ReadOnlyMemory<byte> bytes, out StampedEntry entry)
    {
        entry = default;
        var rest = bytes.Span;
        if (!paths.TryRead(ref rest, out var path)
            || !Varint.TryRead(ref rest, (long)LayerEntryKind.Fifo, out var kind)
            || !Varint.TryRead(ref rest, AllModes, out var mode) || !Varint.TryRead(ref rest, long.MaxValue, out var size)
            || !TryReadTime(ref rest, out var modified) || !TryReadTime(ref rest, out var changed)
            || !Varint.TryRead(ref rest, out var inode) || !Varint.TryRead(ref rest, out var device) || rest.Length < IdentityBytes)
            return false;
        var stamp = new FileStamp(size, modified, changed, inode, device);
        var identity = BinaryPrimitives.ReadUInt128LittleEndian(rest);
        entry = new StampedEntry(path, (LayerEntryKind)kind, (UnixFileMode)mode, stamp, identity);
        bytes = bytes[^(rest.Length - IdentityBytes)..];
        return true;
    }

    private static void WriteTime(ref Span<byte> rest, FileTime time)
    {
        Varint.WriteSigned(ref rest, time.Seconds);
        Varint.Write(ref rest, (ulong)time.Nanoseconds);
    }

    private static bool TryReadTime(ref ReadOnlySpan<byte> rest, out FileTime time)
    {
        var isRead = Varint.TryReadSigned(ref rest, out var seconds) & Varint.TryRead(ref rest, 999_999_999, out var nanoseconds);
        time = new FileTime(seconds, (int)nanoseconds);
        return isRead;
    }
}
