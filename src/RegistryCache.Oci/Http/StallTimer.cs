namespace RegistryCache.Oci.Http;

/// <summary>Ends an exchange in which no byte moved for too long, or too few bytes in a window. Only waits for the network count.</summary>
internal sealed class StallTimer : IDisposable
{
    private const int FirstStepBytes = 16 << 10;
    private const int LastStepBytes = 256 << 10;
    private static readonly TimeSpan QuickStep = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly ITimer _timer;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly TransferRate _least;
    private volatile bool _stalled;
    private volatile bool _disposed;
    private long _turn;
    private TimeSpan _waited;
    private long _moved;

    public StallTimer(TimeSpan limit, TransferRate least, TimeProvider time, CancellationToken caller)
    {
        _least = least;
        _time = time;
        _limit = limit;
        _caller = caller;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _timer = time.CreateTimer(static state => ((StallTimer)state!).Fire(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the timer, and not the caller, ended the exchange.</summary>
    public bool IsStalled => _stalled && !_caller.IsCancellationRequested;

    /// <summary>Whether the timer or the caller ended the exchange.</summary>
    public bool IsCancelled => _source.IsCancellationRequested;

    /// <summary>Whether bytes moved, but too few of them.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>How many bytes to send in one write. One write must end before this timer fires, also at the minimum rate, so writes are
    /// small on a slow connection. On a fast one they grow, because each of them is a call of the system.</summary>
    public int StepBytes { get; private set; } = FirstStepBytes;

    public void Touch()
    {
        _turn = _time.GetTimestamp();
        if (!_disposed)
            _timer.Change(_limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Bytes moved, and the wait for the network ends. Too few bytes in a window of such waits end the exchange.</summary>
    public void Moved(int bytes)
    {
        Pause();
        var elapsed = _time.GetElapsedTime(_turn);
        StepBytes = elapsed < QuickStep ? Math.Min(StepBytes * 2, LastStepBytes) : FirstStepBytes;
        _waited += elapsed;
        _moved += bytes;
        if (_waited < _least.Window)
            return;
        if (_moved < _least.BytesPerSecond * _waited.TotalSeconds)
        {
            IsSlow = true;
            Fire();
        }

        (_waited, _moved) = (TimeSpan.Zero, 0);
    }

    /// <summary>Everything is sent and the registry processes it, which can take longer than a transfer.</summary>
    public void AwaitAnswer()
    {
        if (!_disposed)
            _timer.Change(_limit * 5, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stops the clock: the wait is for the other end of the pipe and not for the network.</summary>
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
            // The exchange ended at the same moment.
        }
    }
}
