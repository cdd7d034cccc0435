using System.Buffers.Binary;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>The entries of an index, as its bytes have them: all paths, then all kinds and sizes, all times, all identities. An index can
/// have very many, and most are only compared. So they are read anew each time: that takes less time than the memory that they would
/// need.</summary>
internal sealed class EntryColumns
{
    private const int IdentityBytes = 16;

    private readonly ReadOnlyMemory<byte> _paths;
    private readonly ReadOnlyMemory<byte> _sizes;
    private readonly ReadOnlyMemory<byte> _times;
    private readonly ReadOnlyMemory<byte> _identities;

    private EntryColumns(
        int count, ReadOnlyMemory<byte> paths, ReadOnlyMemory<byte> sizes, ReadOnlyMemory<byte> times, ReadOnlyMemory<byte> identities) =>
        (Count, _paths, _sizes, _times, _identities) = (count, paths, sizes, times, identities);

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

        var sizes = all[^rest.Length..];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadSize(ref rest, out _, out _))
                return null;
        }

        var times = all[^rest.Length..];
        FileTime time = default;
        for (var i = 0; i < count && hasTimes; i++)
        {
            if (!TryReadTime(ref rest, ref time))
                return null;
        }

        var identities = all[^rest.Length..];
        if (identities.Length / IdentityBytes < count)
            return null;
        bytes = identities[(count * IdentityBytes)..];
        return new EntryColumns(count, all, sizes, hasTimes ? times : default, identities)
        {
            IsSorted = paths.IsSorted,
            PathLength = paths.TotalLength,
        };
    }

    /// <summary>The entries. The path of each holds until the next one is asked for.</summary>
    public IEnumerable<IndexedEntry> Read()
    {
        var paths = new PathSeries();
        var (pathBytes, sizeBytes, timeBytes) = (_paths, _sizes, _times);
        FileTime time = default;
        for (var i = 0; i < Count; i++)
            yield return Next(i);

        IndexedEntry Next(int i)
        {
            var rest = pathBytes.Span;
            paths.TryRead(ref rest, out var path);
            pathBytes = pathBytes[^rest.Length..];
            rest = sizeBytes.Span;
            TryReadSize(ref rest, out var kind, out var size);
            sizeBytes = sizeBytes[^rest.Length..];
            if (!_times.IsEmpty)
            {
                rest = timeBytes.Span;
                TryReadTime(ref rest, ref time);
                timeBytes = timeBytes[^rest.Length..];
            }

            var identity = BinaryPrimitives.ReadUInt128BigEndian(_identities.Span[(i * IdentityBytes)..]);
            return new IndexedEntry(path, kind, size, time, identity);
        }
    }

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
}
