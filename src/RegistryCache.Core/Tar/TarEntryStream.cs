namespace RegistryCache.Core.Tar;

/// <summary>The content of one entry as a stream, holes filled with zeros.</summary>
internal sealed class TarEntryStream : Stream
{
    private readonly IEntryContent _content;
    private readonly long _size;
    private long _pieceOffset;
    private ReadOnlyMemory<byte> _piece;
    private long _position;
    private bool _closed;

    public TarEntryStream(IEntryContent content, long size)
    {
        _content = content;
        _size = size;
    }

    public override bool CanRead => !_closed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_position == _size || buffer.IsEmpty)
            return 0;
        if (_piece.IsEmpty && _pieceOffset <= _position)
        {
            (_pieceOffset, _piece) = await _content.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_piece.IsEmpty)
                _pieceOffset = _size;
        }

        int count;
        if (_position < _pieceOffset)
        {
            count = (int)Math.Min(buffer.Length, _pieceOffset - _position);
            buffer.Span[..count].Clear();
        }
        else
        {
            count = Math.Min(buffer.Length, _piece.Length);
            _piece.Span[..count].CopyTo(buffer.Span);
            _piece = _piece[count..];
            _pieceOffset += count;
        }

        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // For callers that know no other way; what arrives here is usually in memory already.
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        base.Dispose(disposing);
    }
}
