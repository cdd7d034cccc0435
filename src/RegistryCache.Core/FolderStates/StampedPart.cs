using System.Buffers;
using System.Buffers.Binary;
using RegistryCache.Core.Entries;
using RegistryCache.Core.FileSystem;
using RegistryCache.Core.Tar;

namespace RegistryCache.Core.FolderStates;

/// <summary>Some entries of a state, as bytes. A state has very many, and most are only compared. To read an entry
/// again takes less time than to get memory for all of them.</summary>
/// <param name="First">How many entries of the state are before these.</param>
/// <param name="Count">How many these are.</param>
/// <param name="Bytes">The entries.</param>
internal sealed record StampedPart(int First, int Count, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The most entries of a part. A processor that other work takes away for a while gets fewer parts.</summary>
    public const int MaxCount = 1000;

    private const int MaxEntryBytes = (9 * Varint.MaxBytes) + EntryIdentity.Length;
    private const long AllModes = 0xfff;

    /// <summary>Whether it is better written as one with its neighbours, so that parts do not become ever smaller.</summary>
    public bool IsSmall => Count < MaxCount / 2;

    /// <summary>The entries, one after another.</summary>
    public Reader Read() => new(this);

    private static void WriteTime(ref Span<byte> rest, FileTime time, FileTime last)
    {
        Varint.WriteSigned(ref rest, unchecked(time.Seconds - last.Seconds));
        Varint.Write(ref rest, (ulong)time.Nanoseconds);
    }

    private static bool TryReadTime(ref ReadOnlySpan<byte> rest, FileTime last, out FileTime time)
    {
        var isRead = Varint.TryReadSigned(ref rest, out var seconds) & Varint.TryRead(ref rest, 999_999_999, out var nanoseconds);
        time = new FileTime(unchecked(last.Seconds + seconds), (int)nanoseconds);
        return isRead;
    }

    /// <summary>Writes the entries of a part. Numbers that are near those of the entry before take less space.</summary>
    internal sealed class Writer(ArrayBufferWriter<byte> bytes)
    {
        private readonly PathSeries _paths = new();
        private FileStamp _last;

        public int Count { get; private set; }

        public void Write(in StampedEntry entry)
        {
            _paths.Write(bytes, entry.Path);
            var rest = bytes.GetSpan(MaxEntryBytes);
            var free = rest.Length;
            var stamp = entry.Stamp;
            Varint.Write(ref rest, (ulong)entry.Kind);
            Varint.Write(ref rest, (ulong)entry.Mode);
            Varint.Write(ref rest, (ulong)stamp.Size);
            WriteTime(ref rest, stamp.Modified, _last.Modified);
            WriteTime(ref rest, stamp.Changed, _last.Changed);
            Varint.WriteSigned(ref rest, unchecked((long)(stamp.Inode - _last.Inode)));
            Varint.WriteSigned(ref rest, unchecked((long)(stamp.Device - _last.Device)));
            BinaryPrimitives.WriteUInt128LittleEndian(rest, entry.Identity);
            bytes.Advance(free - rest.Length + EntryIdentity.Length);
            _last = stamp;
            Count++;
        }
    }

    /// <summary>Goes through the entries. The path of each holds until the next one is read.</summary>
    internal sealed class Reader(StampedPart part)
    {
        private readonly PathSeries _paths = new();
        private StampedEntry _current;
        private int _count;
        private int _next;

        public ref readonly StampedEntry Current => ref _current;

        /// <summary>The number of the entry in the state.</summary>
        public int Number => part.First + _count - 1;

        public Reader GetEnumerator() => this;

        public bool MoveNext()
        {
            var bytes = part.Bytes.Span;
            var rest = bytes[_next..];
            if (_count == part.Count || !_paths.TryRead(ref rest, out var path)
                || !Varint.TryRead(ref rest, (long)LayerEntryKind.Fifo, out var kind)
                || !Varint.TryRead(ref rest, AllModes, out var mode) || !Varint.TryRead(ref rest, long.MaxValue, out var size)
                || !TryReadTime(ref rest, _current.Stamp.Modified, out var modified)
                || !TryReadTime(ref rest, _current.Stamp.Changed, out var changed)
                || !Varint.TryReadSigned(ref rest, out var inode) || !Varint.TryReadSigned(ref rest, out var device)
                || rest.Length < EntryIdentity.Length)
            {
                // Nothing is known of what follows.
                _next = bytes.Length;
                return false;
            }

            var last = _current.Stamp;
            var stamp = new FileStamp(
                size, modified, changed, unchecked(last.Inode + (ulong)inode), unchecked(last.Device + (ulong)device));
            var identity = BinaryPrimitives.ReadUInt128LittleEndian(rest);
            _current = new StampedEntry(path, (LayerEntryKind)kind, (UnixFileMode)mode, stamp, identity);
            _next = bytes.Length - rest.Length + EntryIdentity.Length;
            _count++;
            return true;
        }
    }
}
