using System.Buffers.Binary;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The entries of an index, as its bytes have them: all paths, then all kinds and sizes, all times, all identities. An index can
/// have very many, and most are only compared. To read an entry again takes less time than to get memory for all of them.</summary>
internal sealed class EntryColumns
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _sizes;
    private readonly int _times;
    private readonly int _identities;
    private readonly bool _hasTimes;

    private EntryColumns(ReadOnlyMemory<byte> bytes, int count, int sizes, int times, int identities, bool hasTimes) =>
        (_bytes, Count, _sizes, _times, _identities, _hasTimes) = (bytes, count, sizes, times, identities, hasTimes);

    public int Count { get; }

    /// <summary>Whether the paths are in the order of <see cref="EntryPath.CompareTo"/>, each once.</summary>
    public required bool IsSorted { get; init; }

    /// <summary>The length of all paths, which share their beginnings in the bytes.</summary>
    public required long PathLength { get; init; }

    /// <summary>Finds the entries at the start of the bytes; <see langword="null"/> when they are damaged.</summary>
    /// <param name="bytes">The bytes. What follows is left.</param>
    /// <param name="count">How many entries there are.</param>
    /// <param name="hasTimes">Whether they have times.</param>
    public static EntryColumns? TryTake(ref ReadOnlyMemory<byte> bytes, int count, bool hasTimes)
    {
        var all = bytes;
        var rest = all.Span;
        var paths = new PathSeries();
        for (var i = 0; i < count; i++)
        {
            if (!paths.TryRead(ref rest, out _))
                return null;
        }

        var sizes = all.Length - rest.Length;
        for (var i = 0; i < count; i++)
        {
            if (!TryReadSize(ref rest, out _, out _))
                return null;
        }

        var times = all.Length - rest.Length;
        FileTime time = default;
        for (var i = 0; i < count && hasTimes; i++)
        {
            if (!TryReadTime(ref rest, ref time))
                return null;
        }

        if (rest.Length / EntryIdentity.Length < count)
            return null;
        bytes = all[^(rest.Length - (count * EntryIdentity.Length))..];
        return new EntryColumns(all, count, sizes, times, all.Length - rest.Length, hasTimes)
        {
            IsSorted = paths.IsSorted,
            PathLength = paths.TotalLength,
        };
    }

    /// <summary>The entries, one after another.</summary>
    public Reader Read() => new(this);

    private static bool TryReadSize(ref ReadOnlySpan<byte> rest, out LayerEntryKind kind, out long size)
    {
        size = 0;
        var isRead = Varint.TryRead(ref rest, (long)LayerEntryKind.Fifo, out var number);
        kind = (LayerEntryKind)number;
        return isRead && (kind != LayerEntryKind.File || Varint.TryRead(ref rest, long.MaxValue, out size));
    }

    // The seconds are those after the time before.
    private static bool TryReadTime(ref ReadOnlySpan<byte> rest, ref FileTime time)
    {
        if (!Varint.TryReadSigned(ref rest, out var seconds) || !Varint.TryRead(ref rest, 999_999_999, out var nanoseconds))
            return false;
        time = new FileTime(unchecked(time.Seconds + seconds), (int)nanoseconds);
        return true;
    }

    /// <summary>Goes through the entries. The path of each holds until the next one is read.</summary>
    internal sealed class Reader(EntryColumns columns)
    {
        private readonly PathSeries _paths = new();
        private IndexedEntry _current;
        private int _count;
        private int _path;
        private int _size = columns._sizes;
        private int _time = columns._times;
        private FileTime _lastTime;

        public ref readonly IndexedEntry Current => ref _current;

        public Reader GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_count == columns.Count)
                return false;
            var bytes = columns._bytes.Span;
            var rest = bytes[_path..];
            _paths.TryRead(ref rest, out var path);
            _path = bytes.Length - rest.Length;
            rest = bytes[_size..];
            TryReadSize(ref rest, out var kind, out var size);
            _size = bytes.Length - rest.Length;
            if (columns._hasTimes)
            {
                rest = bytes[_time..];
                TryReadTime(ref rest, ref _lastTime);
                _time = bytes.Length - rest.Length;
            }

            var identity = BinaryPrimitives.ReadUInt128BigEndian(bytes[(columns._identities + (_count++ * EntryIdentity.Length))..]);
            _current = new IndexedEntry(path, kind, size, _lastTime, identity);
            return true;
        }
    }
}
