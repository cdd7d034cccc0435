using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace RegistryCache.Oci.Http;

/// <summary>
/// A part of a blob as a request body. It opens the source only when bytes are needed, so a request that is refused early never opens
/// it. It sends exactly the promised length.
/// </summary>
internal sealed class BlobSourceContent : HttpContent
{
    private const int BufferBytes = 1 << 20;

    // One write must finish before the stall timer fires at the minimum rate. A mebibyte would take minutes on a slow connection.
    private const int StepBytes = 16 << 10;

    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly long _length;
    private readonly StallTimer _stall;
    private readonly Action<long> _sent;

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

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(_length, 1, BufferBytes));
        Stream? source = null;
        try
        {
            _stall.Pause();
            source = await FromSource(() => _open(cancellationToken)).ConfigureAwait(false);
            var left = _length;
            while (left > 0)
            {
                var wanted = buffer.AsMemory(0, (int)Math.Min(left, BufferBytes));
                var read = await FromSource(() => source.ReadAsync(wanted, cancellationToken)).ConfigureAwait(false);
                if (read == 0)
                {
                    SourceFailure = new EndOfStreamException($"The content ended {left} bytes early.");
                    throw SourceFailure;
                }

                // A verifying source reports surplus bytes only when it is read past the end. This must happen before the last bytes
                // are sent.
                if (read == left)
                    await FromSource(() => source.ReadAsync(new byte[1], cancellationToken)).ConfigureAwait(false);
                for (var sent = 0; sent < read; sent += StepBytes)
                {
                    var step = wanted[sent..Math.Min(read, sent + StepBytes)];
                    _stall.Touch();
                    await stream.WriteAsync(step, cancellationToken).ConfigureAwait(false);
                    _stall.Moved(step.Length);
                }

                left -= read;
                _sent(read);
            }

            _stall.AwaitAnswer();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (source is not null)
                await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private async ValueTask<T> FromSource<T>(Func<ValueTask<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SourceFailure = e;
            throw;
        }
    }
}
