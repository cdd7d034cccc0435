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
    private byte[] _next = new byte[256];
    private int _length;
    private long _total;

    public void Write(ArrayBufferWriter<byte> bytes, string path)
    {
        if (_next.Length < PathText.MaxByteCount(path))
            _next = new byte[PathText.MaxByteCount(path)];
        var next = _next.AsSpan(0, PathText.Encode(path, _next));
        if ((_total += next.Length) > MaxBytes)
            throw new LimitExceededException("The length of all paths in the folder, in bytes,", null, MaxBytes);
        var shared = _last.AsSpan(0, _length).CommonPrefixLength(next);
        Varint.Write(bytes, (ulong)shared);
        Varint.Write(bytes, (ulong)(next.Length - shared));
        bytes.Write(next[shared..]);
        (_last, _next, _length) = (_next, _last, next.Length);
    }

    public bool TryRead(ref ReadOnlySpan<byte> rest, out string path)
    {
        path = "";
        if (!Varint.TryRead(ref rest, _length, out var shared) || !Varint.TryRead(ref rest, rest.Length, out var length)
            || length > rest.Length || (_total += shared + length) > MaxBytes)
            return false;
        _length = (int)(shared + length);
        if (_length > _last.Length)
            Array.Resize(ref _last, Math.Max(_length, 2 * _last.Length));
        rest[..(int)length].CopyTo(_last.AsSpan((int)shared));
        rest = rest[(int)length..];
        path = PathText.Decode(_last.AsSpan(0, _length));
        return true;
    }
}
