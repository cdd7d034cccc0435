using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using RegistryCache.Core.Streams;
using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Hosts;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Downloads;

/// <summary>The bytes of a blob, or of a range of it, as the registry sends them. If the connection breaks or stalls during a read, the
/// read sends a new request from its position and continues. It fails only after several attempts without progress. Of a blob that is read
/// in several ranges at the same time, each has the connection that the length of them all needs.</summary>
internal sealed class ResumingReadStream(
    RepositoryContext repository, Descriptor blob, long start, long end, Action? releaseSlot, long wholeBytes = 0) : ForwardReadStream
{
    private readonly Counter<long> _received = repository.Transport.Settings.Telemetry.BytesReceived;
    private readonly RetrySchedule _schedule = repository.Transport.Settings.NewSchedule();
    private RegistryRequest? _request;
    private RegistryExchange? _exchange;
    private ExchangeBody? _body;
    private long _position = start;
    private long _progressFrom = start;
    private Action? _releaseSlot = releaseSlot;

    // The size of the whole blob as the registry reports it.
    private long? _total;

    // Whether the last range request may have been answered with the whole blob. Bytes after the range are then not an error.
    private bool _bounded;

    /// <summary>Sends the first request, so that an absent blob is reported when it is opened and not when it is read.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => ConnectAsync(cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_position >= end && _bounded)
            return 0;
        while (true)
        {
            Exception failure;
            try
            {
                if (_body is null)
                    await ConnectAsync(cancellationToken).ConfigureAwait(false);
                if (_body is null)
                    return 0;
                var read = await ReadOnceAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read > 0)
                {
                    _position += read;
                    if (_position - _progressFrom >= RetrySchedule.ProgressBytes)
                    {
                        _schedule.Progress();
                        _progressFrom = _position;
                    }

                    _received.Add(read);
                    return read;
                }

                // A complete blob that is shorter than expected does not grow on retry. The verification reports it.
                if (_position >= end || _position == _total)
                    return 0;
                failure = new RegistryTransferException(
                    RegistryCacheErrorCode.RegistryUnreachable,
                    $"{repository.DisplayName} ended blob {blob.Digest} after {_position} of {blob.Size} bytes.")
                {
                    IsTransient = true,
                };
            }
            catch (Exception e) when (IsBroken(e) && !cancellationToken.IsCancellationRequested)
            {
                failure = e;
            }

            await RecoverAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override ValueTask CloseAsync()
    {
        Disconnect();
        Interlocked.Exchange(ref _releaseSlot, null)?.Invoke();
        return ValueTask.CompletedTask;
    }

    private static bool IsBroken(Exception e) =>
        e is IOException or HttpRequestException or OperationCanceledException or RegistryTransferException { IsTransient: true };

    private async ValueTask<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var wanted = _bounded ? buffer[..(int)Math.Min(buffer.Length, end - _position)] : buffer;

        // The timer's token belongs to the exchange. The token of the read must end it as well.
        await using var registration = cancellationToken.UnsafeRegister(
            static state => ((RegistryExchange)state!).Response.Dispose(), _exchange).ConfigureAwait(false);
        try
        {
            return await _body!.ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private async Task RecoverAsync(Exception failure, CancellationToken cancellationToken)
    {
        var (stalled, slow) = (_exchange?.Stall.IsStalled ?? false, _exchange?.Stall.IsSlow ?? false);
        repository.Transport.Broke(_exchange);
        Disconnect();
        var request = repository.Blob(HttpMethod.Get, blob.Digest);
        if (!await repository.Transport.WaitAsync(request, _schedule, null, null, failure, cancellationToken).ConfigureAwait(false))
        {
            if (failure is RegistryTransferException)
                ExceptionDispatchInfo.Throw(failure);
            throw TransferFailures.From(failure, _request ?? request, request.Uri, stalled, repository.Transport.Settings, slow);
        }

        OciLog.DownloadResumed(repository.Logger, blob.Digest.ToString(), repository.DisplayName, _position);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _bounded = end < blob.Size;
        var request = repository.BlobRange(
            blob.Digest, _position > 0 || _bounded ? _position : null, _bounded ? end - 1 : null, holdsSlot: true,
            bodyBytes: Math.Max(end - _position, wholeBytes));
        _request = request;
        var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await AcceptAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            exchange.Dispose();
            _exchange = null;
            _body = null;
            throw;
        }
    }

    private async Task AcceptAsync(RegistryRequest request, RegistryExchange exchange, CancellationToken cancellationToken)
    {
        switch (exchange.Status)
        {
            case 404:
                throw new ContentNotFoundException(
                    blob.Digest.ToString(), repository.DisplayName,
                    await repository.Transport.FailureAsync(request, exchange, cancellationToken).ConfigureAwait(false));
            case 416 when _position >= end:
                exchange.Dispose();
                return;
            case 206 when request.RangeStart is not null:
                var from = exchange.Response.Content.Headers.ContentRange?.From;
                if (from != _position)
                    throw RegistryTransport.Protocol($"{repository.DisplayName} answered a range of blob {blob.Digest} from byte "
                        + $"{_position} with bytes from {from}.");
                break;
            case 200:
                break;
            default:
                throw await repository.Transport.FailureAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        }

        var headers = exchange.Response.Content.Headers;
        _total = exchange.Status == 206 ? headers.ContentRange?.Length : headers.ContentLength;
        _exchange = exchange;
        _body = new ExchangeBody(
            await exchange.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), exchange.Stall);

        // A registry without range support sends everything again.
        if (exchange.Status == 200)
            await StreamSkip.ForwardAsync(_body, _position, cancellationToken).ConfigureAwait(false);
    }

    private void Disconnect()
    {
        _body = null;
        _exchange?.Dispose();
        _exchange = null;
    }
}
