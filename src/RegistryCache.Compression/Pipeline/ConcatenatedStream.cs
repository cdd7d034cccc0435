using RegistryCache.Core.Content;

namespace RegistryCache.Compression.Pipeline;

/// <summary>A stream, then bytes. It owns the stream.</summary>
internal sealed class ConcatenatedStream(Stream first, ReadOnlyMemory<byte> second) : ForwardReadStream
{
    private ReadOnlyMemory<byte> _second = second;
    private bool _firstEnded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (!_firstEnded)
        {
            var read = await first.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
                return read;
            _firstEnded = true;
        }

        var count = Math.Min(buffer.Length, _second.Length);
        _second[..count].CopyTo(buffer);
        _second = _second[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await first.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            first.Dispose();
        base.Dispose(disposing);
    }
}
