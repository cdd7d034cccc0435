using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace RegistryCache.Oci.Http;

/// <summary>A part of a blob as a request body. It opens the source only when bytes are needed, so a request that is refused early never
/// opens it. It sends exactly the promised length. While it sends one block, it reads the next one and so verifies it.</summary>
internal sealed class BlobSourceContent : HttpContent
{
    private const int BlockBytes = 256 << 10;

    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly long _length;
    private readonly StallTimer _stall;
    private readonly Action<long> _sent;
    private readonly CancellationTokenSource _stop = new();
    private SingleBodyHandler? _watcher;
    private Task _sending = Task.CompletedTask;
    private int _sends;

    public BlobSourceContent(Func<CancellationToken, ValueTask<Stream>> open, long length, StallTimer stall, Action<long> sent)
    {
        _open = open;
        _length = length;
        _stall = stall;
        _sent = sent;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>What went wrong at the source. The transport throws it instead of the broken connection that it causes.</summary>
    public Exception? SourceFailure { get; private set; }

    /// <summary>How the first request with this body ended.</summary>
    public BodyEnd? FirstEnd { get; set; }

    public bool IsWatchedBy(SingleBodyHandler handler) => (Interlocked.CompareExchange(ref _watcher, handler, null) ?? handler) == handler;

    public bool IsFirstSend() => Interlocked.Increment(ref _sends) == 1;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <summary>Ends the sending and waits until the source is closed. Over HTTP/2 an answer, and a failure as well, can come while the
    /// body is still sent, and not every server stops it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Volatile.Read(ref _sending).ConfigureAwait(false);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = Interlocked.Exchange(ref _sending, end.Task);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);

            // The framework repeats a request that the server did not look at, and does not wait for the end of its body.
            await before.ConfigureAwait(false);
            await SendAllAsync(stream, either.Token).ConfigureAwait(false);
        }
        finally
        {
            end.SetResult();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    // The registry has answered, or there is no request any more.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _stop.Cancel();
        base.Dispose(disposing);
    }

    private async Task SendAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = (int)Math.Clamp(_length, 1, BlockBytes);
        var block = ArrayPool<byte>.Shared.Rent(size);
        var other = _length > size ? ArrayPool<byte>.Shared.Rent(size) : block;
        Stream? source = null;
        var reading = Task.FromResult(0);
        try
        {
            _stall.Pause();
            source = await FromSource(() => _open(cancellationToken), cancellationToken).ConfigureAwait(false);
            var left = _length;
            reading = ReadAsync(source, block, left, cancellationToken);
            while (left > 0)
            {
                var read = await reading.ConfigureAwait(false);
                var full = block.AsMemory(0, read);
                left -= read;
                if (left > 0)
                {
                    (block, other) = (other, block);
                    reading = Task.Run(() => ReadAsync(source, block, left, cancellationToken), CancellationToken.None);
                }

                await SendAsync(stream, full, cancellationToken).ConfigureAwait(false);
                _sent(read);
            }

            _stall.AwaitAnswer();
        }
        finally
        {
            // The read still uses the buffer and the source. Its failure is in SourceFailure.
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(block);
            if (other != block)
                ArrayPool<byte>.Shared.Return(other);
            if (source is not null)
                await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task SendAsync(Stream stream, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < block.Length;)
        {
            // Over HTTP/2 the framework cancels its own token later than the caller's: a short blob could be sent whole until then.
            if (_stall.IsCancelled)
                throw new OperationCanceledException("The exchange was cancelled.");
            var step = block.Slice(sent, Math.Min(_stall.StepBytes, block.Length - sent));
            _stall.Touch();
            await stream.WriteAsync(step, cancellationToken).ConfigureAwait(false);
            _stall.Moved(step.Length);
            sent += step.Length;
        }
    }

    private async Task<int> ReadAsync(Stream source, byte[] block, long left, CancellationToken cancellationToken)
    {
        var wanted = block.AsMemory(0, (int)Math.Min(left, Math.Min(block.Length, BlockBytes)));
        var read = await FromSource(
            () => source.ReadAtLeastAsync(wanted, wanted.Length, throwOnEndOfStream: false, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        if (read < wanted.Length)
        {
            SourceFailure = new EndOfStreamException($"The content ended {left - read} bytes early.");
            throw SourceFailure;
        }

        // A verifying source reports surplus bytes only when it is read past the end. This must happen before the last bytes are sent.
        if (read == left)
            await FromSource(() => source.ReadAsync(new byte[1], cancellationToken), cancellationToken).ConfigureAwait(false);
        return read;
    }

    private async ValueTask<T> FromSource<T>(Func<ValueTask<T>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            SourceFailure = e;
            throw;
        }
    }
}
