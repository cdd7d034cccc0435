
namespace RegistryCache.Compression.Pipeline;

/// <summary>Reads a range of a random-access source forward only, in few large requests. <paramref name="read"/> reads at an offset. Fewer
/// bytes than requested mean the end of the content.</summary>
internal sealed class RangeStream(Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, long start, long end)
    : ForwardReadStream
{
    private const int LargestRequest = 1024 * 1024;

    private long _offset = start;
    private byte[] _buffer = [];
    private ReadOnlyMemory<byte> _ready;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_ready.IsEmpty)
        {
            var wanted = (int)Math.Min(end - _offset, LargestRequest);
            if (wanted <= 0)
                return 0;
            if (_buffer.Length < wanted)
                _buffer = new byte[wanted];
            var count = await read(_offset, _buffer.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
            _offset += count;
            _ready = _buffer.AsMemory(0, count);
            if (count == 0)
                return 0;
        }

        var length = Math.Min(buffer.Length, _ready.Length);
        _ready[..length].CopyTo(buffer);
        _ready = _ready[length..];
        return length;
    }
}
