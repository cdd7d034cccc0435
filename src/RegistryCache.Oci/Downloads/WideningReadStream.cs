using RegistryCache.Oci.Diagnostics;
using RegistryCache.Oci.Hosts;

namespace RegistryCache.Oci.Downloads;

/// <summary>Reads a blob over one connection and measures it. If it is slow, the rest is read in parallel ranges over several connections,
/// for many registries and proxies limit each connection. Only the time spent waiting for bytes counts, so a slow consumer changes
/// nothing.</summary>
internal sealed class WideningReadStream(RepositoryContext repository, Descriptor blob, Stream first) : ForwardReadStream
{
    // A connection needs some round trips before it is as fast as it will be.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);

    // With less than this left, the other connections would not be open for long enough to be worth their round trips.
    private const int LeastSegments = 4;

    private Stream _inner = first;
    private bool _isDecided;
    private long _position;
    private long _measured;
    private TimeSpan _waited;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isDecided)
            return await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        var start = repository.Time.GetTimestamp();
        var read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _waited += repository.Time.GetElapsedTime(start);
        _measured += read;
        _position += read;
        if (_waited >= Window)
            await DecideAsync(cancellationToken).ConfigureAwait(false);
        return read;
    }

    protected override ValueTask CloseAsync() => _inner.DisposeAsync();

    private async ValueTask DecideAsync(CancellationToken cancellationToken)
    {
        var options = repository.Options;
        var rate = _measured / _waited.TotalSeconds;
        (_measured, _waited) = (0, TimeSpan.Zero);
        if (blob.Size - _position < (long)LeastSegments * options.ParallelRangeBytes)
        {
            _isDecided = true;
            return;
        }

        if (rate >= options.ParallelBelowRate)
            return;
        _isDecided = true;
        if (!await HasRangesAsync(cancellationToken).ConfigureAwait(false))
            return;
        OciLog.DownloadWidened(repository.Logger, blob.Digest.ToString(), repository.DisplayName, _position, (long)rate);
        await _inner.DisposeAsync().ConfigureAwait(false);
        _inner = new ParallelRangeStream(repository, blob, _position);
    }

    /// <summary>A registry without ranges would send the whole blob for each of them, so one byte is asked for first.</summary>
    private async Task<bool> HasRangesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = repository.BlobRange(blob.Digest, _position, _position, retry: false);
            using var exchange = await repository.Transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return exchange.Status == 206;
        }
        catch (RegistryCacheException)
        {
            // The first connection works, so a failure of another one does not end the download.
            return false;
        }
    }
}
