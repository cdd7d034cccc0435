using System.Buffers;

namespace RegistryCache.Compression.Pipeline;

/// <summary>Collects bytes in rented arrays, so the length need not be known and nothing is copied. Disposing returns them.</summary>
internal sealed class SegmentedBuffer(ArrayPool<byte> arrays) : IDisposable
{
    private const int SegmentLength = 256 * 1024;

    private readonly List<Segment> _segments = [];

    public long Length { get; private set; }

    public IEnumerable<ReadOnlyMemory<byte>> Written =>
        _segments.Select(segment => (ReadOnlyMemory<byte>)segment.Array.AsMemory(0, segment.Used));

    /// <summary>Room for at least <paramref name="count"/> more bytes in one piece. Call <see cref="Advance"/> afterwards.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_segments.Count == 0 || _segments[^1].Array.Length - _segments[^1].Used < count)
            _segments.Add(new Segment(arrays.Rent(Math.Max(count, SegmentLength))));
        return _segments[^1].Array.AsSpan(_segments[^1].Used);
    }

    public void Advance(int count)
    {
        _segments[^1].Used += count;
        Length += count;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Advance(bytes.Length);
    }

    public void Dispose()
    {
        foreach (var segment in _segments)
            arrays.Return(segment.Array);
        _segments.Clear();
        Length = 0;
    }

    private sealed class Segment(byte[] array)
    {
        public byte[] Array => array;

        public int Used { get; set; }
    }
}
