namespace RegistryCache.Oci.Http;

/// <summary>Ends an exchange in which no byte has moved for too long; there is no limit on how long moving bytes may take.</summary>
internal sealed class StallTimer : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly ITimer _timer;
    private readonly TimeSpan _limit;
    private volatile bool _stalled;
    private volatile bool _disposed;

    public StallTimer(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _timer = time.CreateTimer(static state => ((StallTimer)state!).Fire(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the timer, and not the caller, ended the exchange.</summary>
    public bool IsStalled => _stalled && !_caller.IsCancellationRequested;

    /// <summary>Bytes have moved.</summary>
    public void Touch()
    {
        if (!_disposed)
            _timer.Change(_limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Everything is sent and the registry works on it, which takes longer than moving bytes.</summary>
    public void AwaitAnswer()
    {
        if (!_disposed)
            _timer.Change(_limit * 5, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It is not the network's turn: the other end of the pipe is slow, or idle.</summary>
    public void Pause()
    {
        if (!_disposed)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
        _source.Dispose();
    }

    private void Fire()
    {
        _stalled = true;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The exchange ended in the same moment.
        }
    }
}
