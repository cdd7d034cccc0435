using System.Buffers;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>Paths one after another as bytes. Each shares its beginning with the one before: two <see cref="Varint"/>, the bytes that it
/// shares and those that follow, and then these bytes.</summary>
internal sealed class PathSeries
{
    /// <summary>The most bytes of all paths together, because a small file could stand for very long ones.</summary>
    public const long MaxBytes = 512 << 20;

    private const int ChunkBytes = 64 << 10;

    // Paths that are read lie one after another in large pieces of memory.
    private byte[] _chunk = [];
    private int _used;
    private EntryPath _last;
    private long _total;

    public void Write(ArrayBufferWriter<byte> bytes, EntryPath path)
    {
        if ((_total += path.Span.Length) > MaxBytes)
            throw new LimitExceededException("The length of all paths in the folder, in bytes,", null, MaxBytes);
        var shared = _last.Span.CommonPrefixLength(path.Span);
        Varint.Write(bytes, (ulong)shared);
        Varint.Write(bytes, (ulong)(path.Span.Length - shared));
        bytes.Write(path.Span[shared..]);
        _last = path;
    }

    public bool TryRead(ref ReadOnlySpan<byte> rest, out EntryPath path)
    {
        path = default;
        if (!Varint.TryRead(ref rest, _last.Span.Length, out var shared) || !Varint.TryRead(ref rest, rest.Length, out var length)
            || length > rest.Length || (_total += shared + length) > MaxBytes)
            return false;
        var all = (int)(shared + length);
        if (all > _chunk.Length - _used)
            (_chunk, _used) = (new byte[Math.Max(ChunkBytes, all)], 0);
        var memory = _chunk.AsMemory(_used, all);
        _used += all;
        _last.Span[..(int)shared].CopyTo(memory.Span);
        rest[..(int)length].CopyTo(memory.Span[(int)shared..]);
        rest = rest[(int)length..];
        path = _last = new EntryPath(memory);
        return true;
    }
}
