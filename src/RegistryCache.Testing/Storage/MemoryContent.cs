namespace RegistryCache.Testing.Storage;

/// <summary>Bytes in memory, in segments, so that no large array is copied while it grows.</summary>
internal sealed class MemoryContent(IReadOnlyList<byte[]> segments, long length) : StoredContent
{
    public override long Length => length;

    public override Stream Open(long from = 0) => new SegmentStream(segments, length, from);

    private sealed class SegmentStream : ForwardReadStream
    {
        private readonly IReadOnlyList<byte[]> _segments;
        private long _left;
        private int _segment;
        private int _offset;

        public SegmentStream(IReadOnlyList<byte[]> segments, long length, long from)
        {
            _segments = segments;
            _left = length - from;
            while (from > 0 && from >= segments[_segment].Length)
                from -= segments[_segment++].Length;
            _offset = (int)from;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left <= 0)
                return ValueTask.FromResult(0);
            var segment = _segments[_segment];
            var read = (int)Math.Min(Math.Min(buffer.Length, segment.Length - _offset), _left);
            segment.AsSpan(_offset, read).CopyTo(buffer.Span);
            _offset += read;
            _left -= read;
            if (_offset == segment.Length)
                (_segment, _offset) = (_segment + 1, 0);
            return ValueTask.FromResult(read);
        }
    }
}
