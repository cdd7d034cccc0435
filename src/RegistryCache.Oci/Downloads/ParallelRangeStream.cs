using System.Buffers;
using RegistryCache.Oci.Hosts;

namespace RegistryCache.Oci.Downloads;

/// <summary>Reads several segments of one blob in parallel, each over its own connection, and returns them in order. Memory is limited by
/// the number of segments in flight.</summary>
internal sealed class ParallelRangeStream : ForwardReadStream
{
    private readonly Queue<Task<Segment>> _ahead = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly RegistryRangeReader _reader;
    private readonly RegistryClientOptions _options;
    private readonly string _name;
    private readonly long _size;
    private long _next;
    private Segment? _current;
    private int _consumed;

    public ParallelRangeStream(RepositoryContext repository, Descriptor blob, long start = 0)
    {
        _name = $"blob {blob.Digest} in {repository.DisplayName}";
        _next = start;
        _reader = new RegistryRangeReader(repository, blob, blob.Size);
        _options = repository.Options;
        _size = blob.Size;
        Fill();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_current is null)
        {
            if (_ahead.Count == 0)
                return 0;
            _current = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _ahead.Dequeue();
            _consumed = 0;
        }

        var read = Math.Min(buffer.Length, _current.Length - _consumed);
        _current.Buffer.AsSpan(_consumed, read).CopyTo(buffer.Span);
        _consumed += read;
        if (_consumed == _current.Length)
        {
            ArrayPool<byte>.Shared.Return(_current.Buffer);
            _current = null;
            Fill();
        }

        return read;
    }

    protected override async ValueTask CloseAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        foreach (var task in _ahead)
        {
            try
            {
                ArrayPool<byte>.Shared.Return((await task.ConfigureAwait(false)).Buffer);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or RegistryCacheException)
            {
                // This segment will not be read.
            }
        }

        _ahead.Clear();
        _lifetime.Dispose();
    }

    private void Fill()
    {
        while (_ahead.Count < _options.ParallelRanges && _next < _size)
        {
            var length = (int)Math.Min(_options.ParallelRangeBytes, _size - _next);
            _ahead.Enqueue(LoadAsync(_next, length));
            _next += length;
        }
    }

    private async Task<Segment> LoadAsync(long offset, int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var read = await _reader.ReadAsync(offset, buffer.AsMemory(0, length), _lifetime.Token).ConfigureAwait(false);
            return read == length
                ? new Segment(buffer, read)
                : throw RegistryTransport.Protocol($"A range of {length} bytes of {_name} ended after {read}. Try again.");
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private sealed record Segment(byte[] Buffer, int Length);
}
