using System.Buffers;
using RegistryCache.Core.Entries;

namespace RegistryCache.Core.Tar;

/// <summary>Paths one after another as bytes. Each shares its beginning with the one before: two <see cref="Varint"/>, the bytes that it
/// shares and those that follow, and then these bytes.</summary>
internal sealed class PathSeries
{
    /// <summary>The most bytes of all paths together, because a small file could stand for very long ones.</summary>
    public const long MaxBytes = 512 << 20;

    private byte[] _last = new byte[256];
    private int _length;

    /// <summary>The length of all paths so far.</summary>
    public long TotalLength { get; private set; }

    /// <summary>Whether the paths that were read are in the order of <see cref="EntryPath.CompareTo"/>, each once.</summary>
    public bool IsSorted { get; private set; } = true;

    public void Write(ArrayBufferWriter<byte> bytes, EntryPath path)
    {
        if ((TotalLength += path.Span.Length) > MaxBytes)
            throw new LimitExceededException("The length of all paths in the folder, in bytes,", null, MaxBytes);
        var shared = _last.AsSpan(0, _length).CommonPrefixLength(path.Span);
        var rest = path.Span[shared..];
        Varint.Write(bytes, (ulong)shared);
        Varint.Write(bytes, (ulong)rest.Length);
        bytes.Write(rest);
        Replace(shared, rest);
    }

    /// <summary>Reads a path and moves on. The path holds until the next one is read: see <see cref="EntryPath.Keep"/>.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> rest, out EntryPath path)
    {
        path = default;
        if (!Varint.TryRead(ref rest, _length, out var shared) || !Varint.TryRead(ref rest, rest.Length, out var length)
            || length > rest.Length || (TotalLength += shared + length) > MaxBytes)
            return false;
        IsSorted &= EntryPath.Compare(_last.AsSpan((int)shared, _length - (int)shared), rest[..(int)length]) < 0;
        Replace((int)shared, rest[..(int)length]);
        rest = rest[(int)length..];
        path = new EntryPath(_last.AsMemory(0, _length));
        return true;
    }

    private void Replace(int shared, ReadOnlySpan<byte> rest)
    {
        _length = shared + rest.Length;
        if (_length > _last.Length)
            Array.Resize(ref _last, Math.Max(_length, 2 * _last.Length));
        rest.CopyTo(_last.AsSpan(shared));
    }
}
