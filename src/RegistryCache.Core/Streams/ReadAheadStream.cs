using System.Buffers;
using System.Threading.Channels;

namespace RegistryCache.Core.Streams;

/// <summary>Reads a stream on another task, some buffers ahead, so receiving, decoding and hashing overlap. It owns the stream.</summary>
internal sealed class ReadAheadStream : ForwardReadStream
{
    private const int BufferLength = 256 * 1024;
    private const int BuffersAhead = 3;

    private readonly Stream _inner;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ArraySegment<byte>> _filled = Channel.CreateBounded<ArraySegment<byte>>(
        new BoundedChannelOptions(BuffersAhead) { SingleReader = true, SingleWriter = true });

    private Task? _reading;
    private ArraySegment<byte> _current;
    private int _taken;

    public ReadAheadStream(Stream inner) => _inner = inner;

    /// <summary>Begins to read ahead, before anything is asked for.</summary>
    public void Start() => _reading ??= Task.Run(ReadInnerAsync, CancellationToken.None);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(!CanRead, this);
        if (buffer.IsEmpty)
            return 0;
        Start();
        if (_taken == _current.Count && !await NextAsync(cancellationToken).ConfigureAwait(false))
            return 0;
        var count = Math.Min(buffer.Length, _current.Count - _taken);
        _current.AsSpan(_taken, count).CopyTo(buffer.Span);
        _taken += count;
        return count;
    }

    protected override async ValueTask CloseAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_reading is not null)
            await _reading.ConfigureAwait(false);
        GiveBack();
        while (_filled.Reader.TryRead(out _current))
            GiveBack();
        await _inner.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        GiveBack();
        while (!_filled.Reader.TryRead(out _current))
        {
            if (!await _filled.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }

        return true;
    }

    private void GiveBack()
    {
        if (_current.Array is { } array)
            ArrayPool<byte>.Shared.Return(array);
        _current = default;
        _taken = 0;
    }

    private async Task ReadInnerAsync()
    {
        try
        {
            while (true)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
                var read = await _inner.ReadAtLeastAsync(
                    buffer.AsMemory(0, BufferLength), BufferLength, throwOnEndOfStream: false, _stop.Token).ConfigureAwait(false);
                if (read > 0)
                    await _filled.Writer.WriteAsync(new ArraySegment<byte>(buffer, 0, read), _stop.Token).ConfigureAwait(false);
                else
                    ArrayPool<byte>.Shared.Return(buffer);
                if (read < BufferLength)
                    break;
            }

            _filled.Writer.Complete();
        }
#pragma warning disable CA1031 // The reader rethrows it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _filled.Writer.Complete(e);
        }
    }
}
