
namespace RegistryCache.Compression.EStargz;

/// <summary>A file's content. Each chunk is fetched and verified as a whole before any of it is returned.</summary>
internal sealed class ChunkStream(EStargzArchive archive, EStargzEntry file) : ForwardReadStream
{
    private int _next;
    private long _position;
    private ReadOnlyMemory<byte> _ready;

    public override long Length => file.Entry.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_ready.IsEmpty)
        {
            if (_next == file.Chunks.Length)
                return 0;
            _ready = await archive.ReadChunkAsync(file, file.Chunks[_next], cancellationToken).ConfigureAwait(false);
            _next++;
        }

        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        _position += count;
        return count;
    }
}
