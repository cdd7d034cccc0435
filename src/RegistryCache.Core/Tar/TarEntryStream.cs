namespace RegistryCache.Core.Tar;

/// <summary>The content of one entry as a stream, holes filled with zeros.</summary>
internal sealed class TarEntryStream(IEntryContent content, long size) : ForwardReadStream
{
    private long _pieceOffset;
    private ReadOnlyMemory<byte> _piece;
    private long _position;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(!CanRead, this);
        if (_position == size || buffer.IsEmpty)
            return 0;
        if (_piece.IsEmpty && _pieceOffset <= _position)
        {
            (_pieceOffset, _piece) = await content.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_piece.IsEmpty)
                _pieceOffset = size;
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
}
